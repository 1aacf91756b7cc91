"""What a worker has to have imported before it plays: to import this module is to import that.

What the libraries make at their import is not looked through for garbage meanwhile.
"""

import gc

_was_on = gc.isenabled()
gc.disable()
try:
    import experiments.runs.play  # noqa: F401
    import sim.kernels.loops
    import sim.talks.model  # noqa: F401
finally:
    if _was_on:
        gc.enable()

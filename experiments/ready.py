"""What a worker has to have imported before it plays: to import this module is to import that.

What the libraries make at their import is not looked through for garbage, neither then nor later.
"""

import gc

gc.disable()

import sim.model  # noqa: E402, F401

gc.freeze()
gc.enable()

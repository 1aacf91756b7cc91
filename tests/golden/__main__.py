from tests.golden import CASES, HERE, told

for name in CASES:
    (HERE / f"{name}.txt").write_text(told(name), encoding="utf-8")

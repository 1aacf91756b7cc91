"""What is said of words on the command line that make no command: value, rule, way out."""

from difflib import get_close_matches

from cyclopts import exceptions as wrong

_NUMBERS = {int: "a whole number", float: "a number"}


def sentence(problem: wrong.CycloptsError, program: str, commands: list[str]) -> str:
    """Say in a sentence what is wrong with a command.

    Args:
        problem: as from parsing it.
        program: name of the program.
        commands: those that there are.
    """
    chain = " ".join(problem.command_chain or ())
    at = f"{program} {chain}".strip()
    return f"{at}: {_said(problem, commands)}; '{at} --help' says what there is"


def _said(problem: wrong.CycloptsError, commands: list[str]) -> str:
    match problem:
        case wrong.UnknownCommandError():
            name = (problem.unused_tokens or [""])[0]
            return f"there is no command '{name}'{_near(name, commands)}"
        case wrong.UnknownOptionError():
            name = problem.token.keyword or problem.token.value
            known = [n for a in problem.argument_collection if a.parse for n in a.names]
            return f"there is no option {name}{_near(name, known)}"
        case wrong.UnusedCliTokensError():
            return f"{' '.join(problem.unused_tokens or [])}: one word too many"
        case wrong.RepeatArgumentError():
            return f"{problem.token.keyword}: is said twice; leave one out"
        case wrong.MissingArgumentError() if problem.argument is not None:
            name = problem.argument.name
            if not problem.argument.tokens and not name.startswith("-"):
                return f"{name}: is missing"
            return f"{name}: needs a value"
        case wrong.CoercionError() if problem.token is not None:
            return f"{_option(problem)}: {_misread(problem)}"
    return str(problem)


def _option(problem: wrong.CoercionError) -> str:
    if problem.token is not None and problem.token.keyword:
        return problem.token.keyword
    return problem.argument.name if problem.argument is not None else "the command"


def _misread(problem: wrong.CoercionError) -> str:
    if problem.msg is not None:
        return str(problem.msg)
    said = problem.token.value if problem.token is not None else ""
    kind = problem.target_type
    return f"'{said}' is not {_NUMBERS.get(kind, 'what it takes') if kind else 'what it takes'}"


def _near(name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return f"; did you mean '{near[0]}'?" if near else ""

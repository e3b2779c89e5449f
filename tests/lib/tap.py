"""Prints tests in TAP, one line each; why one failed stands in comments below it."""
import sys
import traceback


class Tap:
    """Runs tests one after the other and counts them."""

    def __init__(self):
        self.count = 0
        self.failed = 0

    def report(self, name, problem=None):
        """One line for `name`: passed, or failed with the words of `problem` below."""
        self.count += 1
        self.failed += problem is not None
        print(f"{'ok' if problem is None else 'not ok'} {self.count} - {name}")
        for line in (problem or "").splitlines():
            print(f"# {line}")
        sys.stdout.flush()

    def run(self, name, function, *arguments):
        """Calls `function`; whatever it raises fails the test. Returns whether it passed."""
        try:
            function(*arguments)
        except Exception:  # a failing test must not end the others
            self.report(name, traceback.format_exc())
            return False
        self.report(name)
        return True

    def end(self):
        """Prints the plan and ends the program, with 1 where a test failed."""
        print(f"1..{self.count}")
        sys.stdout.flush()
        sys.exit(1 if self.failed else 0)


def expect(condition, words="it does not hold"):
    """Fails the test with `words` unless `condition` holds."""
    if not condition:
        raise AssertionError(words)


def equal(got, wanted, what=""):
    """Fails the test unless both are equal."""
    if got != wanted:
        raise AssertionError(f"{what or 'value'}: got {got!r}, wanted {wanted!r}")

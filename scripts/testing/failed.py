"""Prints which Swift tests failed, from the results of `swift test --xunit-output`: for each a pattern that `--filter` takes."""

import re
import sys
import xml.etree.ElementTree as tree


def patterns(path):
    for case in tree.parse(path).iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            yield f"^{re.escape(case.get('classname') + '/' + case.get('name'))}"


def main():
    try:
        found = sorted(set(patterns(sys.argv[1])))
    except (OSError, tree.ParseError) as error:
        # The test process died before it wrote them.
        sys.exit(f"no results: {error}")
    for pattern in found:
        print(pattern)


main()

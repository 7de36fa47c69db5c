# SPDX-License-Identifier: MIT
"""The commands of a document, and what each prints.

They stand in blocks that are indented by four blanks and begin with "$ ". A line that ends with a
backslash goes on in the next; other lines are what the command prints. A fenced block of the kind
"dockerfile" is a command too: it goes to a directory of the reader's own, and makes the Dockerfile
there."""
OWN = 'mkdir -p "$ANSWERS/own" && cd "$ANSWERS/own" && cat >Dockerfile <<"END"'


def transcript(text):
    """A list of (command, printed)."""
    found, inside, fenced, blank = [], False, False, True
    for line in text.splitlines():
        if fenced:
            fenced = line != "```"
            found[-1][0].append(line if fenced else "END")
        elif line == "```dockerfile":
            fenced, inside = True, False
            found.append(([OWN], []))
        elif not line.startswith("    "):
            inside, blank = False, not line
        else:
            line, begins, blank = line[4:], blank, False
            inside = inside or begins and line.startswith("$ ")
            if not inside:
                continue
            if found and found[-1][0][-1].endswith("\\") and not found[-1][1]:
                found[-1][0].append(line)
            elif line.startswith("$ "):
                found.append(([line[2:]], []))
            else:
                found[-1][1].append(line)
    return [("\n".join(command), "\n".join(printed)) for command, printed in found]

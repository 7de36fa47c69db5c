# SPDX-License-Identifier: MIT
"""What inside/session.sh and inside/home_programs.sh are to answer in a good session."""
import dataclasses

from worlds.container import Answers

# Promises, by the probe and its answer.
SESSION = {
    "HOME, USER, LOGNAME and SHELL are set": ("variables", "{home} {name} {name} /bin/bash"),
    "getpwuid names the same home": ("perl", "{home}"),
    "Python has the same home": ("python", "{home} {home} {home}"),
    "the home is a directory of the user's own": ("owner", "directory {owner}"),
    "the home is writable": ("writable", "yes"),
    "whoami says the same name": ("whoami", "{name}"),
}
PROGRAMS = {
    "a login shell has the same home": ("login", "{home}"),
    "git config --global works": ("git", "Somebody"),
    "pip install --user puts a package into the home": ("where", "{home}/.local/bin/greeting"),
    "what pip installed runs": ("greeting", "hello {name}"),
    "what npm installed runs": ("npm-greeting", "hello {name}"),
    "ssh-keygen puts a key into the home": ("ssh-key", "id_ed25519\nid_ed25519.pub"),
    "gpg makes its directory in the home": ("gpg", "700\n{home}/.gnupg/pubring.kbx"),
}
JAVA = {
    "Java has the same home": ("java", "{home}"),
    "mvn makes its repository in the home": ("mvn", "{home}/.m2/repository"),
}


@dataclasses.dataclass
class Session:
    """One that was asked, and whose it is to be."""

    answers: Answers
    uid: int
    home: str
    name: str = "nonroot"
    owner: str = ""  # uid and mode of the home: unless told, his own

    def is_to_answer(self, expected):
        owner = self.owner or f"{self.uid} 700"
        return expected.format(home=self.home, name=self.name, owner=owner)

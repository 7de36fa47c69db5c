import getpass


def main():
    print("hello " + getpass.getuser())

"""Prints the environment as it arrived, an entry a line, long ones as their length."""
for entry in open("/proc/self/environ", "rb").read().split(b"\0")[:-1]:
    print("%d bytes of %s" % (len(entry), entry[:7].decode()) if len(entry) > 1000 else repr(entry)[2:-1])

"""What a version of the CLI can do and how it speaks."""

COMMITS = {
    "0.9.0": "74d6a5b1c9e04f0f8a2b6d7c3e1f5a9087654321",
    "0.10.0": "20e15f2ab3c1d4e5f60718293a4b5c6d7e8f9012",
    "0.12.3": "f9899013fd43dd058fdf89709eed0b0861bfd931",
    "1.0.0": "ee848e3ebfd7c73b04dd419683be54fb450b8779",
    "1.2.2": "01900975be61d1f2a3b4c5d6e7f8091a2b3c4d5e",
    "1.4.1": "5c2a97d0e1f2031425364758697a8b9cadbecfd0",
}


class Dialect:
    """One version."""

    def __init__(self, version):
        self.version = version.replace(".x", ".0")
        try:
            self.number = tuple(int(part) for part in self.version.split("."))
        except ValueError:
            self.number = ()
        if len(self.number) != 3 or self.number < (0, 8, 0):
            raise ValueError("version: %s (expected: three numbers, 0.8.0 or later)" % version)

    def since(self, *number):
        """Whether it is this version or a later one."""
        return self.number >= number

    @property
    def commit(self):
        return COMMITS.get(self.version, "0123456789abcdef0123456789abcdef01234567")

    @property
    def iso_dates(self):
        return self.since(1, 0, 0)

    @property
    def nested(self):
        """Whether a record's state stands in an object."""
        return self.since(1, 0, 0)

    def sentence(self, program):
        return "%s version %s (build: release, commit: %s)" % (
            program,
            self.version,
            self.commit[:7],
        )

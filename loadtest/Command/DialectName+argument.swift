public import ArgumentParser
public import LoadGenerator

/// By its name on the command line.
extension DialectName: ExpressibleByArgument {}

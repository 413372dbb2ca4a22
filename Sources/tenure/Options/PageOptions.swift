internal import ArgumentParser

/// Which part of a list.
struct PageOptions: ParsableArguments {
    @Option(help: ArgumentHelp("At most so many items, 1 to 500.", valueName: "count"))
    var limit: Int64 = 100

    @Option(help: ArgumentHelp("The token under which the last page told of another one.", valueName: "token"))
    var pageToken: String?
}

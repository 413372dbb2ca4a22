extension Rule {
    static let fileLinesMax = 500
    static let functionLinesMax = 70
    static let columnsMax = 120

    static let fileLength = Rule("a file has at most \(fileLinesMax) lines") { file in
        file.lines.count <= fileLinesMax
            ? [] : [Violation(file, file.lines.count, "\(file.lines.count) lines: split it by concept")]
    }

    static let functionLength = Rule("a function has at most \(functionLinesMax) lines") { file in
        FunctionScanner.functions(in: file).filter { $0.lineCount > functionLinesMax }.map {
            Violation(file, $0.firstLine, "`\($0.name)` has \($0.lineCount) lines")
        }
    }

    static let lineLength = Rule("a line has at most \(columnsMax) columns") { file in
        file.lines.indices.filter { file.lines[$0].utf8.count > columnsMax && file.lines[$0].count > columnsMax }.map {
            Violation(file, $0 + 1, "\(file.lines[$0].count) columns")
        }
    }
}

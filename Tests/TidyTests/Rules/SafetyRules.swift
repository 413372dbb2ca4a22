extension Rule {
    static let noRegularExpressions = Rule("regular expressions stand nowhere") { file in
        guard file.isSwift else { return [] }
        let names = [
            "Regex", "RegexBuilder", "NSRegularExpression", "regularExpression", "firstMatch(", "wholeMatch(",
            "prefixMatch(", "regcomp",
        ]
        let named = names.flatMap { name in
            file.occurrences(of: name).map { Violation(file, $0.line, "`\(name)` backtracks without a bound") }
        }
        let literals = file.tokens.filter { $0.kind == .pattern }.map {
            Violation(file, $0.line, "the regular expression \($0.text) backtracks without a bound")
        }
        // defence: T2 becomes: return []
        return named + literals
    }

    static let noTrappingTry = Rule("an error is never turned into a trap by `try`", noneOf: ["try" + "!"])

    /// An empty `catch` may stand where it names the one error it lets pass and a comment inside says why.
    static let noEmptyCatch = Rule("an error is never dropped by an empty `catch`") { file in
        guard file.isSwift else { return [] }
        return file.tokens.indices.compactMap { place in
            guard file.tokens[place].isWord("catch") else { return nil }
            guard let body = FunctionScanner.body(of: place, in: file.tokens), body.count == 2 else { return nil }
            let lines = file.tokens[body.lowerBound].line...file.tokens[body.upperBound].line
            let namesError = body.lowerBound > place + 1 && !file.tokens[place + 1].isWord("let")
            if namesError, file.comments.contains(where: { lines.contains($0.line) }) { return nil }
            return Violation(file, file.tokens[place].line, "`catch` does nothing with the error")
        }
    }

    static let noFatalError = Rule("nothing calls `fatalError`", noneOf: ["fatalError("])

    static let noUnfinishedMarks = Rule("nothing is marked as unfinished") { file in
        // Written apart, so that this file keeps the rule too.
        let marks = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"]
        return file.comments.flatMap { comment in
            marks.filter { mark in comment.text.split { !$0.isLetter }.contains { $0 == mark } }.map {
                Violation(file, comment.line, "`\($0)` in a comment: finish it, or write down what is so and why")
            }
        }
    }

    private static let doorsPastTheCompiler = ["@unchecked", "nonisolated(unsafe)", "@safe"]

    static let uncheckedInFewTargets = Rule(
        "what the compiler cannot check stands in the targets for it", noneOf: doorsPastTheCompiler,
        except: { TargetGroup.unsafe.contains($0.target) })

    static let uncheckedIsProved = Rule("what the compiler cannot check has a comment above that proves it") { file in
        guard file.isSwift, TargetGroup.unsafe.contains(file.target) else { return [] }
        return doorsPastTheCompiler.flatMap { door in
            file.occurrences(of: door).filter { file.comment(above: $0.line) == nil }.map {
                Violation(file, $0.line, "`\(door)`, and no comment directly above proves it")
            }
        }
    }

    static let uniqueKeysExplained = Rule("a dictionary that traps on equal keys says why there are none") { file in
        guard file.isSwift else { return [] }
        return file.occurrences(of: "uniqueKeysWithValues").filter { file.comment(above: $0.line) == nil }.map {
            Violation(file, $0.line, "`uniqueKeysWithValues` traps on equal keys, and no comment above rules them out")
        }
    }
}

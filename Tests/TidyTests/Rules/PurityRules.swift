extension Rule {
    static let pureTargetsAreSynchronous = Rule("pure targets have no `async`") { file in
        guard file.isSwift, file.isInSources, TargetGroup.pure.contains(file.target) else { return [] }
        let words = ["async", "await", "Task", "AsyncStream"].flatMap { file.occurrences(of: $0) }
        // `actor` is the one who acts, too: only a declared type is meant.
        let actors = file.tokens.indices.dropLast().filter {
            file.tokens[$0].isWord("actor") && file.tokens[$0 + 1].text.first?.isUppercase == true
                && file.tokens[$0 + 1].kind == .word
        }
        return (words + actors.map { file.tokens[$0] }).map { Violation(file, $0.line, "`\($0.text)` stands here") }
    }

    static let pureTargetsLogNothing = Rule(
        "pure targets log nothing", noneOf: ["Logger", "print(", "debugPrint(", "dump(", "NSLog", "stderr", "stdout"],
        except: { !$0.isInSources || !TargetGroup.pure.contains($0.target) })

    private static let clockReadings = [
        "Date()", "Date.now", "Date(timeIntervalSinceNow", "ContinuousClock", "SuspendingClock", "DispatchTime",
        "DispatchWallTime", "clock_gettime", "gettimeofday", "ProcessInfo.processInfo.systemUptime",
    ]
    private static let chances = [
        "random(", "SystemRandomNumberGenerator", "shuffled()", "shuffle()", "randomElement()", "UUID()",
        "arc4random", "getrandom", "getentropy",
    ]

    static let pureTargetsReadNoClock = Rule(
        "pure targets read no clock", noneOf: clockReadings,
        except: { !$0.isInSources || !TargetGroup.pure.contains($0.target) })

    static let timeAndChanceArePassedIn = Rule(
        "time and chance are read in the composition, in programs and tests alone", noneOf: clockReadings + chances,
        except: {
            !$0.isInSources || TargetGroup.composed.contains($0.target)
                // What others build upon is composed by them: it brings its own, in one file.
                || (TargetGroup.products.contains($0.target) && $0.path.hasSuffix("/SystemSurroundings.swift"))
        })
}

internal import ArgumentParser
internal import TenureAPI

/// A claim condition: `NAME=TEXT`, or `NAME:=VALUE` for a whole number, true or false.
struct ClaimArgument: ExpressibleByArgument {
    let name: String
    let value: ClaimValue

    init?(argument: String) {
        guard let equals = argument.firstIndex(of: "="), equals != argument.startIndex else { return nil }
        let left = argument[..<equals]
        let right = String(argument[argument.index(after: equals)...])
        guard left.hasSuffix(":") else {
            name = String(left)
            value = .text(right)
            return
        }
        name = String(left.dropLast())
        guard !name.isEmpty else { return nil }
        switch right {
        case "true": value = .flag(true)
        case "false": value = .flag(false)
        default:
            guard let number = Int64(right), String(number) == right else { return nil }
            value = .number(number)
        }
    }
}

/// `once`, `until-expiry` or a whole number.
struct PresentationsArgument: ExpressibleByArgument {
    let value: PresentationsValue

    init?(argument: String) {
        if let number = Int64(argument), String(number) == argument {
            value = .count(number)
        } else if argument == "once" || argument == "until-expiry" {
            value = .word(argument)
        } else {
            return nil
        }
    }
}

internal import ArgumentParser

/// A name or an id, without its kind; with it, the kind is cut off where it is the right one.
struct ObjectName: Hashable {
    let text: String

    init(_ argument: String, kind: String) throws {
        let text = argument.hasPrefix(kind + "/") ? String(argument.dropFirst(kind.utf8.count + 1)) : argument
        // It becomes a part of a path: nothing that could leave it.
        guard (1...160).contains(text.utf8.count), text.utf8.allSatisfy(Self.isAllowed) else {
            throw ValidationError("\(kind)/NAME or \(kind)/ID is expected")
        }
        self.text = text
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
            UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

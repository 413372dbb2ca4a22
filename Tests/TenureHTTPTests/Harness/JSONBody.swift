// For JSONEncoder.
internal import Foundation

/// Bodies of requests as text.
enum JSONBody {
    static func text(_ body: some Encodable) throws -> String {
        String(decoding: try JSONEncoder().encode(body), as: UTF8.self)
    }
}

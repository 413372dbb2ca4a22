internal import Foundation
internal import TenureAPI
internal import TenureClient

/// A token on standard input: the text alone, or the JSON in which `token issue --output json` shows it. Never an
/// argument, which everybody on the host could read.
enum TokenInput {
    private static let bytesMax = 65_536

    static func read() throws -> String {
        guard let input = String(validating: try FileContent.standardInput(bytesMax: bytesMax), as: UTF8.self) else {
            throw CommandFailure.usage("standard input is not UTF-8 text")
        }
        return try token(in: input)
    }

    static func token(in input: String) throws -> String {
        let text = input.trimmingCharacters(in: .whitespacesAndNewlines)
        guard text.hasPrefix("{") else {
            guard !text.isEmpty else { throw CommandFailure.usage("standard input is empty: a token was expected") }
            return text
        }
        let answer: IssueTokenAnswer
        do {
            answer = try JSONDecoder().decode(IssueTokenAnswer.self, from: Data(text.utf8))
        } catch {
            throw CommandFailure.usage("standard input is neither a token nor the answer of `token issue`")
        }
        guard let token = answer.token else { throw CommandFailure.usage("the answer on standard input has no token") }
        return token
    }
}

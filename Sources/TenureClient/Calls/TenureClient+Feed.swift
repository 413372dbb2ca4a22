internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1
package import TenureAPI

// What was revoked, for whoever verifies without asking.
extension TenureClient {
    /// A million cuts.
    private static let cutoffsBytesMax = 64 * 1024 * 1024
    private static let refusalBytesMax = 65_536

    /// `GET /api/v1/cutoffs`: every cut that can still matter, and where the feed goes on.
    package func cutoffs() async throws(ClientError) -> CutoffsAnswer {
        try Self.decoded(
            try await send(ClientRequest(path: APIPath.cutoffs, answerBytesMax: Self.cutoffsBytesMax)))
    }

    /// `GET /api/v1/events`: hands the bytes of the stream on as they come.
    ///
    /// - Parameters:
    ///   - index: the last event that the caller has; −1 for all.
    ///   - take: says whether it wants more.
    /// - Returns: when the broker ended the stream, or `take` wanted no more.
    /// - Throws: `ClientError`, a refusal of the broker among them, and where nothing came for as long as the settings
    ///   allow.
    package func events(after index: Int64, take: ([UInt8]) -> Bool) async throws(ClientError) {
        let request = ClientRequest(path: APIPath.events, query: [("since", index < 0 ? nil : String(index))])
        var prepared = try prepare(request)
        prepared.headers.replaceOrAdd(name: "Accept", value: "text/event-stream")
        let response: HTTPClientResponse
        do {
            response = try await http.execute(prepared, timeout: .seconds(settings.callSeconds))
            guard response.status == .ok else {
                let body = try await response.body.collect(upTo: Self.refusalBytesMax)
                throw Self.refusal(status: Int(response.status.code), body: Array(body.readableBytesView))
            }
            for try await part in response.body {
                guard take(Array(part.readableBytesView)) else { return }
            }
        } catch let error as ClientError {
            throw error
        } catch {
            throw Self.failure(of: error)
        }
    }
}

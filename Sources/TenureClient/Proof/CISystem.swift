internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore
internal import NIOHTTP1

/// The CI system that this program runs in, by the variables that it sets: from it comes an OIDC token, so that no
/// login and no stored secret is needed.
package enum CISystem: Hashable, Sendable {
    /// GitHub Actions with `permissions: id-token: write`.
    case gitHubActions(requestURL: String, requestToken: String)
    /// GitLab with `id_tokens: TENURE_ID_TOKEN`, or an older one's variable.
    case gitLab(token: String)

    /// Nil where neither sets what is needed.
    package init?(environment: [String: String]) {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        if let token = value("TENURE_ID_TOKEN") ?? value("CI_JOB_JWT_V2") {
            self = .gitLab(token: token)
        } else if let url = value("ACTIONS_ID_TOKEN_REQUEST_URL"), let token = value("ACTIONS_ID_TOKEN_REQUEST_TOKEN") {
            self = .gitHubActions(requestURL: url, requestToken: token)
        } else {
            return nil
        }
    }

    /// An OIDC token for this audience.
    ///
    /// - Throws: `ClientError` where GitHub gives none. GitLab's has the audience that the job's file says.
    package func token(audience: String) async throws(ClientError) -> TokenSource {
        switch self {
        case .gitLab(let token): .text(token)
        case .gitHubActions(let url, let token): .text(try await Self.request(url, token, audience: audience))
        }
    }

    private struct Answer: Decodable {
        let value: String
    }

    /// Asks GitHub as its documentation says: the audience as a parameter more, the request token as bearer.
    private static func request(
        _ url: String, _ requestToken: String, audience: String
    ) async throws(ClientError) -> String {
        guard var parts = URLComponents(string: url), parts.scheme == "https", parts.host != nil else {
            throw .settings("ACTIONS_ID_TOKEN_REQUEST_URL is no https address")
        }
        let others = (parts.queryItems ?? []).filter { $0.name != "audience" }
        parts.queryItems = others + [URLQueryItem(name: "audience", value: audience)]
        guard let address = parts.string else { throw .settings("ACTIONS_ID_TOKEN_REQUEST_URL is no https address") }
        var request = HTTPClientRequest(url: address)
        request.headers.add(name: "Authorization", value: "Bearer " + requestToken)
        request.headers.add(name: "Accept", value: "application/json; api-version=2.0")
        do {
            let response = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
            guard response.status == .ok else {
                throw ClientError.unexpectedAnswer(
                    status: Int(response.status.code), detail: "GitHub gave no OIDC token")
            }
            let body = try await response.body.collect(upTo: 65_536)
            return try JSONDecoder().decode(Answer.self, from: Data(body.readableBytesView)).value
        } catch let error as ClientError {
            throw error
        } catch {
            throw .unreachable("GitHub gave no OIDC token")
        }
    }
}

extension CISystem: CustomStringConvertible, CustomReflectable {
    /// Never a token.
    package var description: String {
        switch self {
        case .gitHubActions: "GitHub Actions"
        case .gitLab: "GitLab"
        }
    }

    /// Shows nothing, so that no dump does.
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

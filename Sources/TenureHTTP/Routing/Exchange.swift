internal import CredentialLifecycle
internal import HTTPTypes
internal import Logging
internal import NIOCore
internal import TenureAPI
internal import TenureModel

/// One request on its way through a route, with all that a route may use. It is handed on many times, and so one
/// reference.
final class Exchange: Sendable {
    let request: IncomingRequest
    let frame: RequestFrame
    /// The values of the path's names, in their order.
    let parameters: [String]
    /// Under which the operator finds it in the log, and the caller its outcome.
    let id: OperationID
    private let dispatch: Dispatch

    init(
        request: IncomingRequest, frame: RequestFrame, parameters: [String], id: OperationID, dispatch: Dispatch
    ) {
        self.request = request
        self.frame = frame
        self.parameters = parameters
        self.id = id
        self.dispatch = dispatch
    }

    var broker: Broker { dispatch.broker }
    var facts: ServerFacts { dispatch.facts }
    var limits: HTTPLimits { dispatch.limits }

    /// The peer's own address, whatever it says in headers (THREATS, T29); `unknown` of a peer without one.
    // defence: T29 becomes: var source: String { request.values(of: .init("X-Forwarded-For")!).first ?? "unknown" }
    var source: String { frame.source }

    /// When the request came, by the broker's clock: ids hold it.
    var time: Timestamp { Timestamp(clampingMilliseconds: Int64(id.high >> 16)) }

    /// A value of the path, by its place.
    func parameter(_ place: Int) -> String { parameters.indices.contains(place) ? parameters[place] : "" }

    /// The one value of a header.
    ///
    /// - Throws: where it is given more than once.
    func header(_ name: HTTPField.Name) throws(Refusal) -> String? {
        let values = request.values(of: name)
        guard values.count <= 1 else { throw .field(name.canonicalName, "is given more than once") }
        return values.first
    }

    // MARK: Body

    /// The whole body.
    ///
    /// - Throws: 413 for one that is longer than `max` bytes.
    func bodyBytes(max: Int) async throws(Refusal) -> [UInt8] {
        if let length = request.first(.contentLength).flatMap({ Int($0) }), length > max {
            throw .tooLarge(max)
        }
        let arriving: ArrivingBody
        switch request.body {
        case .whole(let buffer):
            guard buffer.readableBytes <= max else { throw .tooLarge(max) }
            return Array(buffer.readableBytesView)
        case .arriving(let body): arriving = body
        }
        var bytes: [UInt8] = []
        do {
            while let buffer = try await arriving.next() {
                guard buffer.readableBytes <= max - bytes.count else { throw Refusal.tooLarge(max) }
                bytes.append(contentsOf: buffer.readableBytesView)
            }
        } catch let refusal as Refusal {
            throw refusal
        } catch {
            throw .field("", "the body ended early")
        }
        return bytes
    }

    /// A JSON body, and its bytes.
    ///
    /// - Parameter isEstate: whether the larger bounds of plans hold.
    func body<Body: Decodable>(
        _ type: Body.Type = Body.self, isEstate: Bool = false
    ) async throws(Refusal) -> (value: Body, bytes: [UInt8]) {
        try refuseForeignForm()
        let bytes = try await bodyBytes(max: isEstate ? limits.estateBytesMax : limits.bodyBytesMax)
        let bounds = StrictJSON.Limits(
            depthMax: limits.jsonDepthMax, keyCountMax: isEstate ? limits.estateKeysMax : limits.jsonKeysMax)
        return (try BodyDecoder.decode(type, from: bytes, limits: bounds), bytes)
    }

    /// A form body (RFC 6749, appendix B), and its bytes.
    func form() async throws(Refusal) -> (fields: FormFields, bytes: [UInt8]) {
        let type = try header(.contentType) ?? ""
        let wanted = "application/x-www-form-urlencoded"
        guard type == wanted || type.lowercased().split(separator: ";").first?.trimmed == wanted[...] else {
            throw .field("Content-Type", "must be application/x-www-form-urlencoded")
        }
        let bytes = try await bodyBytes(max: limits.bodyBytesMax)
        do throws(FormFields.Fault) {
            return (try FormFields(bytes), bytes)
        } catch {
            throw .field("", "not a form")
        }
    }

    /// Without an `Authorization`, which no page of another site can set, the connection's certificate speaks for the
    /// caller: a browser must then not have been able to send this body by itself.
    private func refuseForeignForm() throws(Refusal) {
        guard request.first(.authorization) == nil else { return }
        let type = try header(.contentType)?.lowercased() ?? ""
        guard type.isEmpty || type.split(separator: ";").first?.trimmed == "application/json" else {
            throw .field("Content-Type", "must be application/json")
        }
    }

    // MARK: What changes bring

    /// What the acts of the lifecycle want to know of a request.
    func call(_ bytes: [UInt8], isDryRun: Bool? = nil) throws(Refusal) -> Call {
        Call(
            operation: id, bodyHash: BodyHash.of(bytes, path: request.target, ifMatch: try header(.ifMatch)),
            idempotencyKey: try idempotencyKey(), source: source, isDryRun: isDryRun ?? false)
    }

    private func idempotencyKey() throws(Refusal) -> String? {
        guard let key = try header(.idempotencyKey) else { return nil }
        let isWord = key.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        guard isWord, (1...64).contains(key.utf8.count) else {
            throw .field(APIHeader.idempotencyKey, "1 to 64 of A-Z, a-z, 0-9, _ and -")
        }
        return key
    }

    /// The version that the caller saw; nil where none is named.
    func expectedVersion() throws(Refusal) -> Int64? {
        guard let tag = try header(.ifMatch), tag != "*" else { return nil }
        let utf8 = tag.utf8
        guard utf8.count >= 3, utf8.first == UInt8(ascii: "\""), utf8.last == UInt8(ascii: "\""),
            let version = StrictNumber.decimal(Substring(tag.dropFirst().dropLast())), version >= 1
        else { throw .field(APIHeader.ifMatch, "the version in quotes, as \"3\"") }
        return version
    }

    // MARK: Query

    /// The fields of the query.
    ///
    /// - Parameter known: all others are refused, so that a misspelt filter does not list everything.
    func query(_ known: String...) throws(Refusal) -> FormFields {
        let path = request.target
        guard let mark = path.utf8.firstIndex(of: UInt8(ascii: "?")) else {
            return .none
        }
        let text = path[path.utf8.index(after: mark)...]
        for part in text.split(separator: "&") {
            let name = part.prefix { $0 != "=" }
            guard known.contains(where: { $0.utf8.elementsEqual(name.utf8) }) else {
                throw .field(FieldPath.shown(name), "unknown; known are \(known.joined(separator: ", "))")
            }
        }
        do throws(FormFields.Fault) {
            return try FormFields(Array(text.utf8))
        } catch {
            throw .field("", "not a query")
        }
    }

    /// How many items of a list are wanted.
    func limit(_ query: FormFields) throws(Refusal) -> Int64 {
        guard let text = query.nonEmpty("limit") else { return min(100, limits.pageItemsMax) }
        guard let limit = StrictNumber.decimal(text[...]), (1...limits.pageItemsMax).contains(limit) else {
            throw .field("limit", "from 1 to \(limits.pageItemsMax)")
        }
        return limit
    }
}

extension FormFields {
    /// A query without any field.
    static let none: FormFields = {
        do {
            return try FormFields([])
        } catch {
            preconditionFailure("no bytes are an empty form")
        }
    }()

    /// A number in its one canonical form.
    func number(_ name: String) throws(Refusal) -> Int64? {
        guard let text = nonEmpty(name) else { return nil }
        guard let number = StrictNumber.decimal(text[...]) else { throw .field(name, "a whole number") }
        return number
    }

    /// The same, where it must be given.
    func requiredNumber(_ name: String) throws(Refusal) -> Int64 {
        guard let number = try number(name) else { throw .field(name, "is missing") }
        return number
    }
}

extension Substring {
    /// Without the spaces and tabs around it.
    var trimmed: Substring {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        var rest = drop(while: isBlank)
        while let last = rest.last, isBlank(last) { rest.removeLast() }
        return rest
    }
}

extension HTTPField.Name {
    static let operationID = Self.known(APIHeader.operationID)
    /// HTML, section 9.2.4.
    static let lastEventID = Self.known("Last-Event-ID")
    static let idempotencyKey = Self.known(APIHeader.idempotencyKey)

    private static func known(_ text: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(text) else { preconditionFailure("\(text) is a field name") }
        return name
    }
}

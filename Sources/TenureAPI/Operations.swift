/// Answer of `GET /operations/{id}`: what became of a call whose answer was lost.
package struct OperationAnswer: Codable, Hashable, Sendable {
    package var operation: String
    /// `recorded` or `not_recorded`.
    package var outcome: String
    /// The entry that recorded it.
    package var index: Int64?
    /// What it made, as `credential`.
    package var kind: String?
    /// The id of what it made.
    package var id: String?

    package init(operation: String, outcome: String, index: Int64? = nil, kind: String? = nil, id: String? = nil) {
        self.operation = operation
        self.outcome = outcome
        self.index = index
        self.kind = kind
        self.id = id
    }

    enum CodingKeys: String, CodingKey {
        case operation
        case outcome
        case index
        case kind
        case id
    }
}

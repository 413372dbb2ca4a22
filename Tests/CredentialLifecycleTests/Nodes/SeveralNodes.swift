internal import Testing

/// Several brokers on one PostgreSQL; one test after another, since each has some thirty connections.
@Suite("Several nodes", .serialized)
enum SeveralNodes {}

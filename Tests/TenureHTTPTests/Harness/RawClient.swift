internal import NIOCore
internal import NIOPosix

/// A socket that sends bytes as they are, and reads until the server closes.
enum RawClient {
    /// The first bytes that came; empty where the connection ended before any did.
    static func begin(_ text: String, port: Int) async throws -> String {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            do {
                try await outbound.write(ByteBuffer(string: text))
                for try await part in inbound { return String(buffer: part) }
            } catch is IOError {
                // A reset also is an end.
            } catch is ChannelError {
                // So is a close before anything was sent.
            }
            return ""
        }
    }

    /// The first bytes that came back on one connection before `meanwhile` ran, and on the same one after it.
    static func around(
        _ text: String, port: Int, _ meanwhile: () async throws -> Void
    ) async throws -> (before: String, after: String) {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            var parts = inbound.makeAsyncIterator()
            try await outbound.write(ByteBuffer(string: text))
            let before = String(buffer: try await parts.next() ?? ByteBuffer())
            try await meanwhile()
            try await outbound.write(ByteBuffer(string: text))
            return (before, String(buffer: try await parts.next() ?? ByteBuffer()))
        }
    }

    /// What came until the connection ended. Without an end the test's time limit speaks.
    static func exchange(_ text: String, port: Int) async throws -> String {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            var answer = ByteBuffer()
            do {
                try await outbound.write(ByteBuffer(string: text))
                for try await part in inbound { answer.writeImmutableBuffer(part) }
            } catch is IOError {
                // A reset also is an end.
            } catch is ChannelError {
                // So is a close before anything was sent.
            }
            return String(buffer: answer)
        }
    }
}

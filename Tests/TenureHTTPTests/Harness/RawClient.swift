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

    /// What came until the connection ended. Without an end within ten seconds the test's time limit speaks.
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

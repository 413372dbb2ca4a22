internal import NIOCore
internal import NIOEmbedded
internal import TenureModel
internal import Testing

@testable internal import TenureHTTP

@Suite("deadlines of a connection")
struct ConnectionClockTests {
    private final class Cut { var wasCut = false }

    private func clock(hasHandshake: Bool = true) -> (ConnectionClock, EmbeddedEventLoop, Cut) {
        let loop = EmbeddedEventLoop()
        let cut = Cut()
        let clock = ConnectionClock(limits: HTTPLimits(), loop: loop, hasHandshake: hasHandshake) { cut.wasCut = true }
        return (clock, loop, cut)
    }

    @Test("T26 a handshake that is not finished is cut in 10 s")
    func handshake() {
        let (_, loop, cut) = clock()
        loop.advanceTime(by: .milliseconds(9_999))
        #expect(!cut.wasCut)
        loop.advanceTime(by: .milliseconds(1))
        #expect(cut.wasCut)
    }

    @Test("T26 a header of one byte each 5 s is cut 10 s after its first byte")
    func header() {
        let (clock, loop, cut) = clock()
        clock.handshakeCompleted()
        loop.advanceTime(by: .seconds(59))
        for _ in 0..<2 {
            clock.bytesArriving(1)
            clock.bytesDecoded()
            #expect(!cut.wasCut)
            loop.advanceTime(by: .seconds(5))
        }
        #expect(cut.wasCut)
    }

    @Test("T26 a body of one byte each 5 s is cut in 10 s, a slow one in 30 s")
    func body() {
        for (bytes, seconds) in [(1, 10), (600, 30)] {
            let (clock, loop, cut) = clock(hasHandshake: false)
            clock.bytesArriving(100)
            clock.headDecoded()
            clock.bytesDecoded()
            var waited = 0
            while !cut.wasCut, waited < 60 {
                clock.bytesArriving(bytes)
                clock.bytesDecoded()
                loop.advanceTime(by: .seconds(5))
                waited += 5
            }
            #expect(waited == seconds)
        }
    }

    @Test("an idle connection is closed after 60 s, counted from its last answer")
    func idle() {
        let (clock, loop, cut) = clock()
        clock.handshakeCompleted()
        for _ in 0..<10 {
            loop.advanceTime(by: .seconds(50))
            clock.bytesArriving(100)
            clock.headDecoded()
            clock.requestDecoded(answerSeconds: 15)
            clock.bytesDecoded()
            clock.answered()
        }
        loop.advanceTime(by: .milliseconds(59_999))
        #expect(!cut.wasCut)
        loop.advanceTime(by: .milliseconds(1))
        #expect(cut.wasCut)
    }

    @Test("T26 an answer that goes on is cut 15 s after the peer last took some of it")
    func following() {
        let (clock, loop, cut) = clock(hasHandshake: false)
        clock.bytesArriving(100)
        clock.headDecoded()
        clock.requestDecoded(answerSeconds: 15)
        clock.bytesDecoded()
        for _ in 0..<100 {
            loop.advanceTime(by: .seconds(14))
            clock.answerMoved(answerSeconds: 15)
        }
        loop.advanceTime(by: .milliseconds(14_999))
        #expect(!cut.wasCut)
        loop.advanceTime(by: .milliseconds(1))
        #expect(cut.wasCut)
    }

    @Test("an answer that does not come in time ends the connection, one of a plan has longer")
    func answering() {
        for seconds: Int64 in [15, 60] {
            let (clock, loop, cut) = clock(hasHandshake: false)
            clock.bytesArriving(100)
            clock.headDecoded()
            clock.requestDecoded(answerSeconds: seconds)
            clock.bytesDecoded()
            loop.advanceTime(by: .seconds(seconds) - .milliseconds(1))
            #expect(!cut.wasCut)
            loop.advanceTime(by: .milliseconds(1))
            #expect(cut.wasCut)
        }
    }

    @Test("a connection that is over is not cut any more")
    func stopped() {
        let (clock, loop, cut) = clock()
        clock.stop()
        loop.advanceTime(by: .hours(1))
        #expect(!cut.wasCut)
    }
}

@Suite("connections of a listener")
struct ConnectionTableTests {
    @Test("there are so many in all, and so many from each address")
    func bounds() throws {
        let table = ConnectionTable(connectionsMax: 3, perOriginMax: 2)
        let one = SourceNetwork("192.0.2.1")
        let other = SourceNetwork("192.0.2.2")
        #expect(table.admit(one) && table.admit(one) && !table.admit(one))
        #expect(table.admit(other) && !table.admit(other))
        table.release(one)
        #expect(table.openCount == 2)
        #expect(table.admit(one))
    }

    @Test("an IPv6 network counts as one address, an IPv4 address in IPv6 form as itself")
    func origins() {
        #expect(SourceNetwork("2001:db8::1") == SourceNetwork("2001:db8::ffff:2"))
        #expect(SourceNetwork("2001:db8::1") != SourceNetwork("2001:db8:0:1::1"))
        #expect(SourceNetwork("::ffff:192.0.2.1") == SourceNetwork("192.0.2.1"))
        #expect(SourceNetwork("192.0.2.1") != SourceNetwork("192.0.2.2"))
    }
}

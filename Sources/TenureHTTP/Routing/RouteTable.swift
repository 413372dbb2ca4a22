internal import HTTPTypes

/// Finds the route of a path: a tree of segments, where a fixed one wins over a `{name}`.
struct RouteTable: Sendable {
    enum Match {
        /// The place of the route in `routes`, and the values of its names, in their order.
        case found(Int, parameters: [String])
        /// The path is there, under these methods alone.
        case otherMethods([HTTPRequest.Method])
        case unknown
        /// A segment that no path may have (T25).
        case malformed
    }

    private struct Node {
        var fixed: [Substring: Int] = [:]
        var named: Int?
        /// Routes that end here.
        var ends: [(method: HTTPRequest.Method, route: Int)] = []
        /// Routes that take all that is left.
        var rest: [(method: HTTPRequest.Method, route: Int)] = []
    }

    let routes: [Route]
    private var nodes: [Node] = [Node()]

    /// - Precondition: no two routes have the same method and path.
    init(_ routes: [Route]) {
        self.routes = routes
        for (place, route) in routes.enumerated() { add(route, place) }
    }

    private mutating func add(_ route: Route, _ place: Int) {
        var node = 0
        for segment in route.path.split(separator: "/") {
            if segment.hasSuffix("...}") {
                precondition(!nodes[node].rest.contains { $0.method == route.method }, "\(route.path) is there twice")
                return nodes[node].rest.append((route.method, place))
            }
            node = segment.hasPrefix("{") ? namedChild(of: node) : fixedChild(segment, of: node)
        }
        precondition(!nodes[node].ends.contains { $0.method == route.method }, "\(route.path) is there twice")
        nodes[node].ends.append((route.method, place))
    }

    private mutating func namedChild(of node: Int) -> Int {
        if let child = nodes[node].named { return child }
        nodes.append(Node())
        nodes[node].named = nodes.count - 1
        return nodes.count - 1
    }

    private mutating func fixedChild(_ segment: Substring, of node: Int) -> Int {
        if let child = nodes[node].fixed[segment] { return child }
        nodes.append(Node())
        nodes[node].fixed[segment] = nodes.count - 1
        return nodes.count - 1
    }

    /// - Parameter path: without a query.
    func match(_ method: HTTPRequest.Method, _ path: Substring) -> Match {
        guard path.utf8.first == UInt8(ascii: "/") else { return .malformed }
        var node = 0
        var parameters: [String] = []
        var rest = path.dropFirst()
        while !rest.isEmpty {
            let end = rest.utf8.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
            guard !nodes[node].rest.isEmpty else {
                guard let next = step(node, rest[..<end], &parameters) else {
                    return PathSegment.decoded(rest[..<end]) == nil ? .malformed : .unknown
                }
                node = next
                rest = end == rest.endIndex ? rest[end...] : rest[rest.utf8.index(after: end)...]
                continue
            }
            return choose(nodes[node].rest, method, parameters + [String(rest)])
        }
        return choose(nodes[node].ends, method, parameters)
    }

    private func step(_ node: Int, _ segment: Substring, _ parameters: inout [String]) -> Int? {
        if let child = nodes[node].fixed[segment] { return child }
        guard let child = nodes[node].named, let value = PathSegment.decoded(segment), !value.isEmpty else {
            return nil
        }
        parameters.append(value)
        return child
    }

    private func choose(
        _ ends: [(method: HTTPRequest.Method, route: Int)], _ method: HTTPRequest.Method, _ parameters: [String]
    ) -> Match {
        guard !ends.isEmpty else { return .unknown }
        if let end = ends.first(where: { $0.method == method }) { return .found(end.route, parameters: parameters) }
        if method == .head, let end = ends.first(where: { $0.method == .get }) {
            return .found(end.route, parameters: parameters)
        }
        return .otherMethods(ends.map(\.method))
    }
}

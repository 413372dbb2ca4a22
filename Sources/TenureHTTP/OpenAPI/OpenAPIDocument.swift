internal import AuditLog
internal import HTTPTypes
internal import TenureAPI
internal import TenureModel

/// The description of the API (OpenAPI 3.1), made from the table of routes and from the types of bodies and answers.
enum OpenAPIDocument {
    static func text(of routes: [Route], version: String) -> String {
        var json = JSONText()
        json.object { json in
            json.member("openapi", "3.1.0")
            json.member("info") { json in
                json.object { json in
                    json.member("title", "Tenure")
                    json.member("version", version)
                    json.member("license") { json in json.object { $0.member("name", "Apache-2.0") } }
                }
            }
            json.member("paths") { json in paths(routes, &json) }
            json.member("components") { json in
                json.object { json in
                    json.member("schemas") { json in
                        json.object { json in
                            for (name, schema) in OpenAPISchemas.all {
                                json.member(name) { json in json.schema(schema) }
                            }
                        }
                    }
                    json.member("securitySchemes") { json in
                        json.object { json in
                            json.member("bearer") { json in
                                json.object { json in
                                    json.member("type", "http")
                                    json.member("scheme", "bearer")
                                }
                            }
                            json.member("certificate") { json in json.object { $0.member("type", "mutualTLS") } }
                        }
                    }
                }
            }
        }
        return json.text
    }

    private static func paths(_ routes: [Route], _ json: inout JSONText) {
        var order: [String] = []
        var byPath: [String: [Route]] = [:]
        for route in routes {
            if byPath[route.path] == nil { order.append(route.path) }
            byPath[route.path, default: []].append(route)
        }
        json.object { json in
            for path in order {
                json.member(path.replacing("...}", with: "}")) { json in
                    json.object { json in
                        for route in byPath[path] ?? [] {
                            json.member(route.method.rawValue.lowercased()) { json in operation(route, &json) }
                        }
                    }
                }
            }
        }
    }

    private static func operation(_ route: Route, _ json: inout JSONText) {
        let description = route.description
        json.object { json in
            json.member("summary", description.summary)
            if let act = route.act { json.member("x-act", act.rawValue) }
            if case .act = route.handler {
                json.member("security") { json in
                    json.array { json in
                        json.element { json in json.object { $0.member("bearer") { $0.array { _ in } } } }
                        json.element { json in json.object { $0.member("certificate") { $0.array { _ in } } } }
                    }
                }
            }
            parameters(route, &json)
            if let body = description.body {
                let type = body.hasSuffix("Form") ? "application/x-www-form-urlencoded" : "application/json"
                json.member("requestBody") { json in
                    json.object { json in
                        json.member("required") { $0.literal("true") }
                        json.member("content") { json in content(type, schema: body, &json) }
                    }
                }
            }
            json.member("responses") { json in
                json.object { json in
                    json.member(String(description.status)) { json in
                        json.object { json in
                            json.member("description", "done")
                            json.member("content") { json in
                                content(
                                    description.answer == nil ? description.mediaType : "application/json",
                                    schema: description.answer, &json)
                            }
                        }
                    }
                    json.member("default") { json in
                        json.object { json in
                            json.member("description", "refused")
                            json.member("content") { json in
                                OAuthForm(path: route.path) == nil
                                    ? content(Problem.mediaType, schema: "Problem", &json)
                                    : content("application/json", schema: "OAuthErrorAnswer", &json)
                            }
                        }
                    }
                }
            }
        }
    }

    private static func content(_ mediaType: String, schema: String?, _ json: inout JSONText) {
        json.object { json in
            json.member(mediaType) { json in
                json.object { json in
                    guard let schema else { return }
                    json.member("schema") { json in
                        json.object { $0.member("$ref", "#/components/schemas/\(schema)") }
                    }
                }
            }
        }
    }

    private static func parameters(_ route: Route, _ json: inout JSONText) {
        let inPath = route.path.split(separator: "/").filter { $0.hasPrefix("{") }
            .map { $0.dropFirst().prefix { $0 != "." && $0 != "}" } }.map(String.init)
        let all =
            inPath.map { ($0, "path") } + route.description.query.map { ($0, "query") }
            + (route.records && route.method != .get ? [(APIHeader.idempotencyKey, "header")] : [])
            + (route.method == .patch ? [(APIHeader.ifMatch, "header")] : [])
        guard !all.isEmpty else { return }
        json.member("parameters") { json in
            json.array { json in
                for (name, place) in all {
                    json.element { json in
                        json.object { json in
                            json.member("name", name)
                            json.member("in", place)
                            if place == "path" { json.member("required") { $0.literal("true") } }
                            json.member("schema") { json in json.object { $0.member("type", "string") } }
                        }
                    }
                }
            }
        }
    }
}

/// JSON, written from front to back.
struct JSONText {
    private var bytes: [UInt8] = []
    private var needsComma = false

    var text: String { String(decoding: bytes, as: UTF8.self) }

    mutating func object(_ members: (inout JSONText) -> Void) { enclosed("{", "}", members) }
    mutating func array(_ elements: (inout JSONText) -> Void) { enclosed("[", "]", elements) }

    mutating func member(_ name: String, _ value: String) {
        member(name) { json in CanonicalJSON.append(value, to: &json.bytes) }
    }

    mutating func member(_ name: String, _ value: (inout JSONText) -> Void) {
        element { json in
            CanonicalJSON.append(name, to: &json.bytes)
            json.literal(":")
            value(&json)
        }
    }

    mutating func element(_ value: (inout JSONText) -> Void) {
        if needsComma { literal(",") }
        needsComma = false
        value(&self)
        needsComma = true
    }

    mutating func literal(_ text: String) { CanonicalJSON.appendLiteral(text, to: &bytes) }

    private mutating func enclosed(_ open: String, _ close: String, _ content: (inout JSONText) -> Void) {
        let outer = needsComma
        literal(open)
        needsComma = false
        content(&self)
        literal(close)
        needsComma = outer
    }

    mutating func schema(_ schema: JSONSchema) {
        object { json in
            switch schema {
            case .text: json.member("type", "string")
            case .integer: json.member("type", "integer")
            case .flag: json.member("type", "boolean")
            case .anything: break
            case .array(let element):
                json.member("type", "array")
                json.member("items") { $0.schema(element) }
            case .map(let value):
                json.member("type", "object")
                json.member("additionalProperties") { $0.schema(value) }
            case .object(let fields):
                json.member("type", "object")
                json.member("properties") { json in
                    json.object { json in
                        for field in fields { json.member(field.name) { $0.schema(field.schema) } }
                    }
                }
                let required = fields.filter(\.isRequired)
                guard !required.isEmpty else { return }
                json.member("required") { json in
                    json.array { json in
                        for field in required {
                            json.element { json in CanonicalJSON.append(field.name, to: &json.bytes) }
                        }
                    }
                }
            }
        }
    }
}

internal import PostgreSQLEngine
internal import Testing

@Suite("Addresses of a PostgreSQL")
struct AddressTests {
    @Test(
        "T45 a password in the URL is refused, and stands in no sentence",
        arguments: [
            "postgresql://tenure:hunter2@localhost/tenure", "postgresql://tenure@localhost/tenure?password=hunter2",
            "postgresql://localhost/tenure?sslpassword=hunter2", "postgresql://tenure:hunter2%zz@localhost/tenure",
            "postgresql://localhost/tenure?hunter2=1", "postgres://:hunter2@localhost",
        ])
    func password(_ url: String) {
        let refusal = #expect(throws: PostgreSQLAddress.Refusal.self) {
            try PostgreSQLAddress(url: url, environment: [:])
        }
        #expect(refusal?.reason.contains("hunter2") == false || url.contains("hunter2="))
    }

    @Test("variables that carry a secret or lead elsewhere are refused", arguments: ["PGPASSWORD", "PGHOSTADDR"])
    func variables(_ name: String) throws {
        let url = "postgresql://tenure@localhost/tenure"
        #expect(throws: PostgreSQLAddress.Refusal.self) {
            try PostgreSQLAddress(url: url, environment: [name: "hunter2"])
        }
        _ = try PostgreSQLAddress(url: url, environment: [name: "", "PGPASSFILE": "/etc/tenure/pgpass"])
    }

    @Test(
        "off this machine the server proves its name",
        arguments: [
            "postgresql://db.example/tenure", "postgresql://localhost,db.example/tenure",
            "postgresql:///tenure?host=/run/postgresql&hostaddr=10.0.0.1", "postgresql://127.0.0.1.example/tenure",
        ])
    func remote(_ url: String) throws {
        let address = try PostgreSQLAddress(url: url, environment: [:])
        #expect(!address.isLocal)
        let separator = url.contains("?") ? "&" : "?"
        for mode in ["disable", "allow", "prefer", "require", "verify-ca"] {
            #expect(throws: PostgreSQLAddress.Refusal.self, "\(mode)") {
                try PostgreSQLAddress(url: "\(url)\(separator)sslmode=\(mode)", environment: [:])
            }
        }
        _ = try PostgreSQLAddress(url: "\(url)\(separator)sslmode=verify-full", environment: [:])
    }

    @Test(
        "a socket and the loopback are this machine's",
        arguments: [
            "postgresql:///tenure", "postgresql://localhost:5433/tenure", "postgresql://127.0.0.1/tenure",
            "postgresql://[::1]/tenure", "postgresql:///tenure?host=/run/postgresql&passfile=/etc/tenure/pgpass",
        ])
    func local(_ url: String) throws {
        #expect(try PostgreSQLAddress(url: url, environment: [:]).isLocal)
    }

    @Test(
        "what is no URL of a PostgreSQL, or says what it may not, is refused",
        arguments: [
            "", "tenure.db", "host=localhost", "mysql://localhost", "postgresql://[", "postgresql://a/b?service=x",
            "postgresql://localhost/a?replication=1", "postgresql://localhost/a\u{0}b",
        ])
    func refused(_ url: String) {
        #expect(throws: PostgreSQLAddress.Refusal.self) { try PostgreSQLAddress(url: url, environment: [:]) }
    }
}

/// Known answers, computed from DESIGN, section 6, and FORMATS, sections 3 and 4, by a program of its own in Python
/// (hmac, hashlib, zlib), which shares no code with this one.
enum Vectors {
    /// The ring secret is 00 01 … 1f; the ring's id has these words.
    static let ringHigh: UInt64 = 0x0193_A0B1_C2D3_7E4F
    static let ringLow: UInt64 = 0x8A5B_6C7D_8E9F_0A1B

    /// Audience, generation, key, kid.
    static let keys: [(String, Int64, String, String)] = [
        ("registry", 0, "3698a9df766b442c4564bd237b445024e193ab8d8b1d2ac8691737a9b302918b", "9656e455ffef4bad"),
        ("registry", 1, "9b5a1e0db09579f2ad658a3a9228905cb1b6bb4ee7f913ce8ce6539929fd786b", "4524ed354ca7077c"),
        ("tenure", 0, "2471c956be07c3d447329a0761b4be050d38981142262c12e1346b1397d19c42", "35b09adc196d7a36"),
    ]

    static let claims = [
        #"{"iss":"https://tenure.example.org","sub":"wkl_01jegb3gpke008000000000001","aud":"registry","exp"#,
        #"":1795443300,"iat":1795442400,"nbf":1795442400,"jti":"crd_01jegb3gpke008000000000003","scope":"p"#,
        #"ull push","client_id":"wkl_01jegb3gpke008000000000001","own":"prs_01jegb3gpke008000000000002","e"#,
        #"nt":"ent_01jegb3gpke008000000000004@3","idx":4810,"lin":{"l":"9f3a01bc","i":12,"o":3,"e":[40,41]"#,
        #","p":7,"t":9,"v":"5255b104939048c3","n":"4604852d528e220a","c":"4ba1272efb887fc7","f":"4ba1272ef"#,
        #"b887fc7","a":"7bf4b65a0581c5f0","k":"53f89f93ecfa88c6"}}"#,
    ].joined()

    static let token = [
        "tnr_eyJhbGciOiJIUzI1NiIsImtpZCI6Ijk2NTZlNDU1ZmZlZjRiYWQiLCJ0eXAiOiJhdCtqd3QifQ.eyJpc3MiOiJodHRwc",
        "zovL3RlbnVyZS5leGFtcGxlLm9yZyIsInN1YiI6IndrbF8wMWplZ2IzZ3BrZTAwODAwMDAwMDAwMDAwMSIsImF1ZCI6InJlZ",
        "2lzdHJ5IiwiZXhwIjoxNzk1NDQzMzAwLCJpYXQiOjE3OTU0NDI0MDAsIm5iZiI6MTc5NTQ0MjQwMCwianRpIjoiY3JkXzAxa",
        "mVnYjNncGtlMDA4MDAwMDAwMDAwMDAzIiwic2NvcGUiOiJwdWxsIHB1c2giLCJjbGllbnRfaWQiOiJ3a2xfMDFqZWdiM2dwa",
        "2UwMDgwMDAwMDAwMDAwMDEiLCJvd24iOiJwcnNfMDFqZWdiM2dwa2UwMDgwMDAwMDAwMDAwMDIiLCJlbnQiOiJlbnRfMDFqZ",
        "WdiM2dwa2UwMDgwMDAwMDAwMDAwMDRAMyIsImlkeCI6NDgxMCwibGluIjp7ImwiOiI5ZjNhMDFiYyIsImkiOjEyLCJvIjozL",
        "CJlIjpbNDAsNDFdLCJwIjo3LCJ0Ijo5LCJ2IjoiNTI1NWIxMDQ5MzkwNDhjMyIsIm4iOiI0NjA0ODUyZDUyOGUyMjBhIiwiY",
        "yI6IjRiYTEyNzJlZmI4ODdmYzciLCJmIjoiNGJhMTI3MmVmYjg4N2ZjNyIsImEiOiI3YmY0YjY1YTA1ODFjNWYwIiwiayI6I",
        "jUzZjg5ZjkzZWNmYTg4YzYifX0.c-6uuq6DVF2czdszWkdKLBrDVqw0q1X0dd5oTJihO_k_21pnjh",
    ].joined()

    static let sessionClaims = [
        #"{"iss":"https://tenure.example.org","sub":"wkl_01jegb3gpke008000000000001","aud":"tenure","exp":"#,
        #"1795446000,"iat":1795442400,"nbf":1795442400,"sid":"ses_01jegb3gpke008000000000005","how":"oidc""#,
        #","max":1795485600,"idx":4811,"lin":{"l":"9f3a01bc","i":12,"t":9,"a":"7bf4b65a0581c5f0","n":"4604"#,
        #"852d528e220a","k":"76f3030f00e9c8f6"}}"#,
    ].joined()

    static let sessionToken = [
        "tnr_eyJhbGciOiJIUzI1NiIsImtpZCI6IjM1YjA5YWRjMTk2ZDdhMzYiLCJ0eXAiOiJhdCtqd3QifQ.eyJpc3MiOiJodHRwc",
        "zovL3RlbnVyZS5leGFtcGxlLm9yZyIsInN1YiI6IndrbF8wMWplZ2IzZ3BrZTAwODAwMDAwMDAwMDAwMSIsImF1ZCI6InRlb",
        "nVyZSIsImV4cCI6MTc5NTQ0NjAwMCwiaWF0IjoxNzk1NDQyNDAwLCJuYmYiOjE3OTU0NDI0MDAsInNpZCI6InNlc18wMWplZ",
        "2IzZ3BrZTAwODAwMDAwMDAwMDAwNSIsImhvdyI6Im9pZGMiLCJtYXgiOjE3OTU0ODU2MDAsImlkeCI6NDgxMSwibGluIjp7I",
        "mwiOiI5ZjNhMDFiYyIsImkiOjEyLCJ0Ijo5LCJhIjoiN2JmNGI2NWEwNTgxYzVmMCIsIm4iOiI0NjA0ODUyZDUyOGUyMjBhI",
        "iwiayI6Ijc2ZjMwMzBmMDBlOWM4ZjYifX0.SJM63TfbNRC9BSCKKHZnV4Dhxbp1uOA9D4uisJA6734_1cVE1d",
    ].joined()
}

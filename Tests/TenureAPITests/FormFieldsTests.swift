internal import TenureAPI
internal import Testing

@Suite("Forms")
struct FormFieldsTests {
    @Test("fields are decoded as forms have them")
    func decoded() throws {
        let fields = try FormFields(Array("token=a%2Bb+c&token_type_hint=&x=%c3%a9".utf8))
        #expect(fields.nonEmpty("token") == "a+b c")
        #expect(fields.nonEmpty("token_type_hint") == nil)
        #expect(fields.nonEmpty("x") == "é")
        #expect(fields.nonEmpty("y") == nil)
    }

    @Test("what is written is read as the same")
    func roundTrip() throws {
        let value = "tnr_a.b-c_~ &=%+é/"
        let fields = try FormFields(FormFields.encoded([("token", value), ("b", "c")]))
        #expect(fields.nonEmpty("token") == value && fields.nonEmpty("b") == "c")
    }

    @Test(
        "what is no form is refused",
        arguments: [
            ("a=1&a=2", FormFields.Fault.duplicate("a")), ("a=%", .malformed), ("a=%4", .malformed),
            ("a=%zz", .malformed), ("a=%ff", .malformed), ("a=%00", .malformed), ("a=%0a", .malformed),
            ("=1", .malformed), ("a=1&&b=2", .malformed), ("a=1&", .malformed),
            (String(repeating: "a&", count: 40), .tooManyFields),
        ])
    func refused(_ text: String, _ fault: FormFields.Fault) {
        #expect(throws: fault) { try FormFields(Array(text.utf8)) }
    }

    @Test("a form of nothing has no fields, and without a token is none of ours")
    func empty() throws {
        #expect(IntrospectionForm(try FormFields([])) == nil)
        #expect(TokenRevocationForm(try FormFields(Array("token=".utf8))) == nil)
        #expect(TokenExchangeForm(try FormFields(Array("audience=a".utf8))) == nil)
    }

    @Test("the OAuth forms are read with all their fields")
    func forms() throws {
        let form = IntrospectionForm(token: "a b", tokenTypeHint: "access_token")
        #expect(IntrospectionForm(try FormFields(form.encoded)) == form)
        let exchange = try FormFields(
            Array(
                ("grant_type=g&subject_token=s&subject_token_type=t&audience=a&scope=x+y"
                    + "&requested_token_type=r&profile=p")
                    .utf8))
        let read = try #require(TokenExchangeForm(exchange))
        #expect(read.grantType == "g" && read.subjectToken == "s" && read.subjectTokenType == "t")
        #expect(read.audience == "a" && read.scope == "x y" && read.requestedTokenType == "r" && read.profile == "p")
        #expect(read.actorToken == nil)
    }
}

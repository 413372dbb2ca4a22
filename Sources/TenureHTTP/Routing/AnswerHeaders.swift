package import HTTPTypes

/// The fields of an answer: a few, each once, in the order in which they were set. Looking through five is cheaper than
/// keeping an index of them.
package struct AnswerHeaders: Sendable, ExpressibleByDictionaryLiteral {
    /// The type makes sure that no value ends its line.
    private(set) var fields: [HTTPField]

    /// - Precondition: no name is there twice.
    package init(dictionaryLiteral elements: (HTTPField.Name, String)...) {
        fields = elements.map { HTTPField(name: $0.0, value: $0.1) }
    }

    /// The value of a field; nil where it is not there, and to take it away.
    package subscript(name: HTTPField.Name) -> String? {
        get { fields.first { $0.name == name }?.value }
        set {
            let place = fields.firstIndex { $0.name == name }
            switch (place, newValue) {
            case (let place?, let value?): fields[place].value = value
            case (let place?, nil): fields.remove(at: place)
            case (nil, let value?): fields.append(HTTPField(name: name, value: value))
            case (nil, nil): break
            }
        }
    }
}

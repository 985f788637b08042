/// What fills the blanks of a text: values on the wire, placeholders in the documentation.
struct TextBlanks {
    var seconds = "<seconds>"
    var keyID = "<kid>"
    var topic = "<topic>"
    var claim = "<claim>"
}

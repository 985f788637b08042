import Testing

/// What somebody sends to a topic under one name: the shape of real traffic, without its contents.
struct Traffic: CustomTestStringConvertible, Sendable {
    struct Message: Sendable {
        let milliseconds: Int
        let payload: String
    }

    let testDescription: String
    var messages: [Message] = []

    init(_ description: String, _ record: (inout Recording) -> Void) {
        testDescription = description
        var recording = Recording()
        record(&recording)
        messages = recording.messages
    }

    /// Writes messages down as time goes by.
    struct Recording {
        var messages: [Message] = []
        var now = 0
        var dice = Dice(state: 7)

        mutating func send(_ payload: String, after milliseconds: Int) {
            now += milliseconds
            messages.append(Message(milliseconds: now, payload: payload))
        }
    }

    static func quoted(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            .replacing("\n", with: "\\n")
    }

    static func base64(_ count: Int, _ dice: inout Dice) -> String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        return String((0..<count).map { _ in letters[Int.random(in: 0..<64, using: &dice)] })
    }

    static let sentences = """
        We land in Lisbon on Friday at half past nine, so there is time for a slow breakfast \
        before the tram up to the castle. I would book the small hotel near the river: it has \
        rooms for four, a kitchen, and somebody at the desk all night. On Saturday we could \
        take the train to Sintra and walk down through the gardens, if the weather holds. \
        Dinner at the market is loud, but the fish is very good. Sunday is for the museum and \
        for doing nothing at all.
        """
}

/// What people and their programs send to each other.
enum Honest {
    static let all: [Traffic] = [
        Traffic("cursor moves, 60 a second") { recording in
            for step in 0..<600 {
                let (x, y) = (step * 7 % 1_920, step * 3 % 1_080)
                recording.send(
                    #"{"x":\#(x).\#(step % 10),"y":\#(y),"name":"Ana María","color":"sky blue"}"#,
                    after: 16
                )
            }
        },
        Traffic("a selection that grows, 30 a second") { recording in
            for step in 0..<300 {
                recording.send(
                    #"{"anchor":{"path":[0,3],"offset":12},"head":{"path":[0,3],"offset":\#(step)},"user":"Ben Okafor"}"#,
                    after: 33
                )
            }
        },
        Traffic("typing, said again and again") { recording in
            for step in 0..<200 {
                recording.send(
                    #"{"user":"Ana María","isTyping":\#(step % 20 < 15)}"#,
                    after: 100
                )
            }
        },
        Traffic("updates of a shared document in base64, larger and smaller") { recording in
            for _ in 0..<400 {
                let count = 4 * Int.random(in: 6...90, using: &recording.dice)
                let update = Traffic.base64(count, &recording.dice)
                recording.send(#"{"update":"\#(update)"}"#, after: 40)
            }
        },
        Traffic("a whole document in base64 that grows with each update") { recording in
            for step in 0..<400 {
                let state = Traffic.base64(400 + step * 12, &recording.dice)
                recording.send(#"{"doc":"notes","state":"\#(state)"}"#, after: 50)
            }
        },
        Traffic("a stroke as a list of points, 60 a second") { recording in
            var points: [String] = []
            for step in 0..<400 {
                points.append(#"{"x":\#(step * 3),"y":\#(step % 70),"kind":"soft brush"}"#)
                recording.send(
                    #"{"id":"stroke one","points":[\#(points.joined(separator: ","))]}"#,
                    after: 16
                )
            }
        },
        Traffic("a stroke as the text of a path, 60 a second") { recording in
            var path = "M 10 20"
            for step in 0..<400 {
                path += " L \(step * 3).5 \(step % 70)"
                recording.send(#"{"d":"\#(path)","tool":"pen"}"#, after: 16)
            }
        },
        Traffic("a stroke as an encoded line") { recording in
            var line = "_p~iF~ps|U"
            for _ in 0..<300 {
                line += Traffic.base64(6, &recording.dice)
                recording.send(#"{"line":"\#(line)"}"#, after: 16)
            }
        },
        Traffic("progress with what is being done, 30 a second") { recording in
            for step in 0..<300 {
                let phase = ["Reading the files", "Comparing", "Writing what was found"][step / 100]
                recording.send(
                    #"{"isActive":true,"currentTask":"\#(phase)","progress":\#(step / 3),"statusMessage":"\#(phase): \#(step) of 300 rows"}"#,
                    after: 33
                )
            }
        },
        Traffic("chat messages") { recording in
            for _ in 0..<200 {
                let length = Int.random(in: 1...300, using: &recording.dice)
                let text = String(Traffic.sentences.prefix(length))
                recording.send(#"{"author":"ana","text":"\#(text)"}"#, after: 400)
            }
        },
        Traffic("a form's field with its whole text, by a fast writer") { recording in
            for count in 1...Traffic.sentences.count {
                let text = Traffic.quoted(String(Traffic.sentences.prefix(count)))
                recording.send(#"{"field":"notes","value":"\#(text)"}"#, after: 68)
            }
        },
        Traffic("a form's field, written, corrected and pasted into") { recording in
            var text = ""
            for (step, letter) in Traffic.sentences.enumerated() {
                text.append(letter)
                if step % 60 == 59 { text += Traffic.sentences.prefix(200) }
                recording.send(
                    #"{"field":"notes","value":"\#(Traffic.quoted(text))"}"#,
                    after: 110
                )
                if step % 25 == 24 {
                    text.removeLast()
                    recording.send(
                        #"{"field":"notes","value":"\#(Traffic.quoted(text))"}"#,
                        after: 150
                    )
                }
            }
        },
        Traffic("a form's field, sent twice a second while somebody writes") { recording in
            for count in stride(from: 7, to: Traffic.sentences.count, by: 7) {
                let text = Traffic.quoted(String(Traffic.sentences.prefix(count)))
                recording.send(#"{"value":"\#(text)"}"#, after: 500)
            }
        },
        Traffic("what was written while the connection was away, all at once") { recording in
            for count in 1...90 {
                let text = String(Traffic.sentences.prefix(count))
                recording.send(#"{"value":"\#(text)"}"#, after: 0)
            }
        },
        Traffic("a key that is held down") { recording in
            for count in 1...300 {
                recording.send(
                    #"{"value":"Hm\#(String(repeating: "m", count: count))"}"#,
                    after: 30
                )
            }
        },
        Traffic("Chinese, written with an input method") { recording in
            let text = String(repeating: "我们周五早上到达里斯本，先吃早餐，再坐电车去城堡。", count: 8)
            for count in stride(from: 2, to: text.count, by: 2) {
                recording.send(#"{"value":"\#(text.prefix(count))"}"#, after: 350)
            }
        },
        Traffic("heartbeats with a time") { recording in
            for step in 0..<300 {
                let time = "2026-11-21T10:\(10 + step / 60 % 50):\(10 + step % 50).\(100 + step)Z"
                recording.send(#"{"user":"ana","state":"on line","at":"\#(time)"}"#, after: 100)
            }
        },
        Traffic("people who come one by one") { recording in
            var people: [String] = []
            for step in 0..<120 {
                people.append(#"{"name":"Guest number \#(step)","mood":"good morning"}"#)
                recording.send(#"{"people":[\#(people.joined(separator: ","))]}"#, after: 30)
            }
        },
    ]
}

/// What models send: all that was generated so far, again and again.
enum Generated {
    /// The text so far after each of its tokens.
    private static func growing(by length: Int, of text: String = Traffic.sentences) -> [String] {
        stride(from: length, through: text.count, by: length).map {
            Traffic.quoted(String(text.prefix($0)))
        }
    }

    static let all: [Traffic] = [
        Traffic("four characters, 30 times a second") { recording in
            for text in growing(by: 4) { recording.send(#"{"text":"\#(text)"}"#, after: 33) }
        },
        Traffic("80 times a second") { recording in
            for text in growing(by: 4) { recording.send(#"{"text":"\#(text)"}"#, after: 12) }
        },
        Traffic("12 times a second") { recording in
            for text in growing(by: 4) { recording.send(#"{"text":"\#(text)"}"#, after: 83) }
        },
        Traffic("ten times a second, a few words at a time") { recording in
            for text in growing(by: 9) { recording.send(#"{"text":"\#(text)"}"#, after: 100) }
        },
        Traffic("in a hurry, without a pause") { recording in
            for text in growing(by: 4) { recording.send(#"{"text":"\#(text)"}"#, after: 0) }
        },
        Traffic("as the last of a list of messages") { recording in
            let before =
                #"{"role":"user","content":"Where do we stay?"},{"role":"system","content":"-"}"#
            for text in growing(by: 5) {
                recording.send(
                    #"{"messages":[\#(before),{"role":"assistant","content":"\#(text)"}]}"#,
                    after: 33
                )
            }
        },
        Traffic("with a mark at its end") { recording in
            for text in growing(by: 5) {
                recording.send(#"{"html":"<p>\#(text)▍</p>","done":false}"#, after: 33)
            }
        },
        Traffic("Chinese") { recording in
            let text = String(repeating: "我们周五早上到达里斯本，先吃早餐，再坐电车去城堡。", count: 12)
            for text in growing(by: 2, of: text) {
                recording.send(#"{"text":"\#(text)"}"#, after: 30)
            }
        },
        Traffic("Chinese in escapes") { recording in
            var text = ""
            for _ in 0..<120 {
                text += #"\u6211\u4eec"#
                recording.send(#"{"text":"\#(text)"}"#, after: 30)
            }
        },
        Traffic("a program") { recording in
            let line = "    guard let place = places.first(where: isOpen) else { return nil }\n"
            for text in growing(by: 4, of: String(repeating: line, count: 6)) {
                recording.send(#"{"code":"\#(text)"}"#, after: 25)
            }
        },
    ]
}

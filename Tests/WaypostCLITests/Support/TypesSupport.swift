import Foundation
import Locking
import Postgres
import TestSupport
import Testing

/// Tables of many types with a topic file, for the tests of `waypost topics types`.
enum TypesSupport {
    static let file = """
        topic: plan:{plan_id}:{day}
        summary: "A day's plan. */ let x"
        parameters: { plan_id: bigint, day: { type: text, pattern: "[0-9]+" } }
        members:
          read: "true"
          class: "'boss'"
        changes:
          - { table: plans, key: [id, day], columns: { boss: all, guest: { except: [budget] } } }
          - { table: '"odd "" schema"."class"', key: [id, id], events: [INSERT, DELETE] }
        broadcast: { events: [cursor, "trip:activity", 'a"b\\c', default] }
        """
    static let second = """
        topic: log:{who}
        parameters: { who: uuid }
        members: { read: "true" }
        broadcast: none
        presence: { enabled: false }
        changes: [{ table: plans, key: who }]
        """
    static let tables = #"""
        create type public.mood as enum ('very good', 'self', 'bad"one', '1st');
        create domain public.price as numeric(12, 2);
        create domain public.prices as public.price[];
        create table public.plans (
            id bigint primary key, day text not null, who uuid, budget public.price,
            mood public.mood not null, moods public.mood[], small smallint not null,
            ratio double precision, open boolean not null, details jsonb not null,
            past public.prices not null, "user id" text, user_id text, "init" date not null,
            secret_gone text);
        alter table public.plans drop column secret_gone;
        create schema "odd "" schema";
        create table "odd "" schema"."class" (id int primary key, "as" text);
        """#

    /// What the command prints for these tables.
    static func types(_ language: String) async throws -> String {
        let output = Locked("")
        try await DevSupport.withFolder { folder in
            try Data(file.utf8).write(to: URL(filePath: folder + "/plan.yaml"))
            try Data(second.utf8).write(to: URL(filePath: folder + "/log.yaml"))
            try await TestDatabase.with { database in
                try database.connect().execute(tables)
                let answer = try await Command.run([
                    "topics", "types", "--language", language, "--folder", folder,
                    "--database-dsn", database.superuserDSN,
                ])
                #expect(answer.code == 0 && answer.error.isEmpty, "\(answer.error)")
                output.withLock { $0 = answer.standard }
            }
        }
        return output.withLock { $0 }
    }

    /// Runs a compiler on a text, and answers what it complains about.
    static func complaints(
        of program: String,
        _ arguments: [String],
        about text: String,
        named name: String
    ) async throws -> String {
        var complaints = ""
        try await DevSupport.withFolder { folder in
            try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)"))
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/env")
            process.arguments = [program] + arguments + [name]
            process.currentDirectoryURL = URL(filePath: folder)
            let pipe = Pipe()
            process.standardOutput = pipe
            process.standardError = pipe
            try process.run()
            let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
            process.waitUntilExit()
            if process.terminationStatus != 0 {
                complaints =
                    "\(process.terminationStatus): " + String(decoding: output, as: UTF8.self)
            }
        }
        return complaints
    }
}

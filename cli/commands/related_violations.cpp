// cli/commands/related_violations.cpp
// `xinpu related-violations`: the main job, for one firm.
#include "credit/portrait/related_violations.h"

#include <cstdint>
#include <memory>
#include <ostream>
#include <string>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/interrupt.h"
#include "cli/messages.h"
#include "cli/open_database.h"
#include "cli/options.h"
#include "cli/today.h"
#include "credit/identity/uscc.h"
#include "engine/calendar/calendar.h"

namespace xinpu::cli {
namespace {

struct Question {
    DatabaseOptions database;
    std::string uscc;
    std::int64_t hops = 3;
    std::string min_share = "5";
    std::int64_t years = 3;
    std::string date;
    std::string timezone = kTimezoneUsual;
    std::string format;
};

std::string moneyText(const engine::Decimal& amount) {
    constexpr unsigned kPlaces = 2;
    return (amount.scale() < kPlaces ? amount.rescale(kPlaces) : amount).toString();
}

credit::RelatedViolationsRequest requestOf(const Question& question) {
    credit::RelatedViolationsRequest request;
    request.uscc = credit::normaliseUscc(question.uscc);
    request.hops = question.hops;
    if (const auto share = engine::Decimal::parse(question.min_share)) {
        request.minShare = *share;  // its option was checked: a number from 0 to 100
    }
    request.years = question.years;
    request.date = dayOrToday("--date", question.date, question.timezone);
    return request;
}

void writeRows(ResultWriter& writer, const credit::RelatedViolations& answer) {
    for (const credit::ViolationRow& row : answer.rows) {
        const Cell cells[] = {Cell::ofText(row.uscc),
                              Cell::ofText(row.name),
                              Cell::ofNumber(row.hops),
                              Cell::ofText(row.docNo),
                              Cell::ofText(engine::toIso(row.decidedOn)),
                              row.domain.empty() ? Cell::null() : Cell::ofText(row.domain),
                              row.authority.empty() ? Cell::null() : Cell::ofText(row.authority),
                              row.fine ? Cell::ofDecimal(moneyText(*row.fine)) : Cell::null()};
        writer.row(cells);
    }
}

Summary summaryOf(const credit::RelatedViolations& answer) {
    return {{"firms", Cell::ofNumber(static_cast<std::int64_t>(answer.summary.firms))},
            {"violations", Cell::ofNumber(static_cast<std::int64_t>(answer.summary.violations))},
            {"fines", Cell::ofDecimal(moneyText(answer.summary.fines))},
            {"from", Cell::ofText(engine::toIso(answer.window.from))},
            {"to", Cell::ofText(engine::toIso(answer.window.to))}};
}

int ask(Context& context, const Question& question) {
    const InterruptScope interrupt;
    const credit::RelatedViolationsRequest request = requestOf(question);
    const auto opened = context.clock()();
    const auto database = openForReading(question.database);
    const auto snapshot = database->snapshot();
    const engine::Calendar calendar = engine::Calendar::builtIn();
    const auto asked = context.clock()();
    const credit::RelatedViolations answer =
        credit::relatedViolations(*snapshot, calendar, request, InterruptScope::throwIfRequested);
    const auto answered = context.clock()();

    const Format format = context.formatOr(question.format);
    const auto writer = context.resultWriter(
        format, {"uscc", "name", "hops", "docNo", "decidedOn", "domain", "authority", "fine"});
    writeRows(*writer, answer);
    writer->finish(summaryOf(answer));
    if (format != Format::Json) {
        std::ostream& out = format == Format::Table ? context.out() : context.err();
        out << context.format(messages::kQuestionSummary, grouped(answer.summary.firms),
                              grouped(answer.summary.violations), moneyText(answer.summary.fines),
                              engine::toIso(answer.window.from), engine::toIso(answer.window.to))
            << '\n';
        if (format == Format::Table) {
            out << context.format(messages::kQuestionTime, spanText(answered - asked),
                                  spanText(asked - opened))
                << '\n';
        }
    }
    if (answer.provisional) {
        context.err() << context.text(messages::kQuestionProvisional) << '\n';
    }
    return kExitDone;
}

}  // namespace

void addRelatedViolations(CLI::App& app, Context& context) {
    CLI::App* command =
        addCommand(app, context, "related-violations", messages::kQuestionCommand, messages::kGroupQuestions,
                   "xinpu related-violations --uscc 91441900MA4W8GP42C --date 2026-11-24 --format json");
    const auto question = std::make_shared<Question>();
    addDatabaseOptions(*command, context, question->database);
    command->add_option("--uscc", question->uscc, context.text(messages::kQuestionUscc))
        ->type_name("USCC")
        ->required();
    command->add_option("--hops", question->hops, context.text(messages::kQuestionHops))
        ->type_name("0..6")
        ->check(wholeNumberFrom(context, 0, 6))
        ->capture_default_str();
    command->add_option("--min-share", question->min_share, context.text(messages::kQuestionMinShare))
        ->type_name("0..100")
        ->check(numberFrom(context, 0, 100))
        ->capture_default_str();
    command->add_option("--years", question->years, context.text(messages::kQuestionYears))
        ->type_name("1..10")
        ->check(wholeNumberFrom(context, 1, 10))
        ->capture_default_str();
    command->add_option("--date", question->date, context.text(messages::kQuestionDate))
        ->type_name("YYYY-MM-DD");
    command->add_option("--timezone", question->timezone, context.text(messages::kTimezoneOption))
        ->type_name("ZONE")
        ->capture_default_str();
    addFormatOption(*command, context, question->format);
    command->callback(
        [&context, question] { context.action = [&context, question] { return ask(context, *question); }; });
}

}  // namespace xinpu::cli

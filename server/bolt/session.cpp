// server/bolt/session.cpp
// A state machine: which requests a state takes, and what they are answered with.
#include "server/bolt/session.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "server/bolt/structure_tags.h"
#include "xinpu/error.h"

namespace xinpu::server::bolt {
namespace {

using engine::Kind;
using engine::Value;

constexpr Version kLogonMessage{5, 1};
constexpr Version kTelemetryMessage{5, 4};
constexpr Version kDatabaseInRun{5, 8};
constexpr std::size_t kOutBytes = 64 * 1024;  // before they are sent
constexpr std::uint64_t kRouteSeconds = 1'000;
constexpr std::string_view kServerName = "Neo4j/5.26.0";  // what clients of this protocol take us for

const Value* memberOf(const Value& map, std::string_view name) {
    const Value* member = map.kind() == Kind::Map ? map.find(name) : nullptr;
    return member != nullptr && !member->isNull() ? member : nullptr;
}

std::string textOf(const Value* value) {
    return value != nullptr && value->kind() == Kind::String ? std::string(value->string()) : std::string();
}

bool asksForUtc(const Value& hello) {
    const Value* patches = memberOf(hello, "patch_bolt");
    if (patches == nullptr || patches->kind() != Kind::List) {
        return false;
    }
    return std::any_of(patches->list().begin(), patches->list().end(), [](const Value& patch) {
        return patch.kind() == Kind::String && patch.string() == "utc";
    });
}

/// What may stand in a routing table as an address.
bool isAddress(std::string_view text) noexcept {
    return !text.empty() && text.size() <= 260 && std::all_of(text.begin(), text.end(), [](char c) {
        return c > ' ' && c < '\x7F' && c != '"' && c != '/' && c != '\\';
    });
}

bool hasMapFirst(const Message& message) {
    return message.fields.size() == 1 && message.fields[0].kind() == Kind::Map;
}

}  // namespace

Session::Session(Service& service, Version version, std::string connection_id, std::string address,
                 std::function<void()> wake)
    : service_(service), version_(version), id_(std::move(connection_id)), address_(std::move(address)),
      wake_(std::move(wake)), form_(WireForm::of(version)) {}

Session::Next Session::success(const MapWriter& metadata) {
    pending_ = Pending::Nothing;
    putSuccess(out_, metadata);
    return Next::Done;
}

Session::Next Session::ignored() {
    pending_ = Pending::Nothing;
    putIgnored(out_);
    return Next::Done;
}

Session::Next Session::fail(const Failure& failure) {
    if (interrupts_ > 0) {
        return ignored();
    }
    pending_ = Pending::Nothing;
    putFailure(out_, version_, failure);
    state_ = State::Failed;
    return Next::Done;
}

Session::Next Session::refuse(std::string_view why) {
    putFailure(out_, version_,
               Failure::of(Error(ErrorCode::Usage, std::string(why), details::kMalformed), {}));
    return Next::Close;
}

std::optional<Session::Task> Session::takeTask() {
    return std::exchange(task_, std::nullopt);
}

void Session::refuseTask() {
    working_->failure =
        Failure::of(Error(ErrorCode::Limit, "The server has too much to do; try again.", details::kBusy), {});
    working_->moveTo(Job::Phase::Done);
}

void Session::interrupt() noexcept {
    ++interrupts_;
    if (working_ != nullptr) {
        working_->cancelled.store(true);
    }
}

std::optional<Session::Task> Session::end() {
    if (!inTransaction()) {
        return std::nullopt;
    }
    const auto lane = service_.transactions().holdsWriter(transaction_) ? WorkerPool::Lane::HoldsWriter
                                                                        : WorkerPool::Lane::Usual;
    return Task{lane, [&service = service_, job = std::make_shared<Job>(), id = transaction_,
                       database = database_, principal = principal_] {
                    bolt::endTransaction(service, *job, id, database, principal, false);
                }};
}

std::shared_ptr<Job> Session::newJob() {
    working_ = std::make_shared<Job>();
    working_->wake = wake_;
    return working_;
}

Session::Next Session::start(Pending pending, std::function<void()> task) {
    pending_ = pending;
    if (workerIsFree()) {
        task();
    } else {
        deferred_ = std::move(task);
    }
    return Next::Wait;
}

Session::Next Session::take(std::string_view bytes) {
    const bool is_structure = bytes.size() > 1 && (static_cast<unsigned char>(bytes[0]) & 0xF0) == 0xB0;
    const auto tag = is_structure ? static_cast<std::uint8_t>(bytes[1]) : std::uint8_t{0};
    if (tag == tags::kGoodbye) {
        return Next::Close;
    }
    if ((state_ == State::Failed || interrupts_ > 0) && tag != tags::kReset && is_structure) {
        return ignored();
    }
    Message message;
    std::string why;
    const Decoded decoded = decodeMessage(bytes, form_.instants, message, why);
    if (decoded == Decoded::Malformed) {
        return refuse(why.empty() ? "A message cannot be read." : why);
    }
    try {
        if (decoded == Decoded::Unsupported) {
            throw Error(ErrorCode::Usage, why, details::kMalformed);
        }
        return dispatch(message);
    } catch (const Error& error) {
        return loggedOn() ? fail(Failure::of(error, {})) : refuse(error.message());
    } catch (const std::exception& unexpected) {
        putFailure(out_, version_, Failure::of(unexpectedError(unexpected), {}));
        return Next::Close;
    }
}

Session::Next Session::dispatch(Message& message) {
    const bool ready = state_ == State::Ready;
    const bool within = state_ == State::Transaction;
    switch (message.tag) {
    case tags::kHello:
        return state_ == State::Negotiation ? hello(message) : refuse("HELLO comes first, and once.");
    case tags::kLogon:
        return state_ == State::Authentication ? logon(message) : refuse("LOGON is not expected now.");
    case tags::kLogoff:
        if (!ready || version_ < kLogonMessage) {
            return refuse("LOGOFF is not expected now.");
        }
        state_ = State::Authentication;
        principal_ = {};
        return success({});
    case tags::kReset:
        return loggedOn() ? reset() : refuse("RESET is not expected before the client is known.");
    case tags::kRun:
        return ready || within ? run(message) : refuse("RUN is not expected now.");
    case tags::kBegin:
        return ready ? begin(message) : refuse("BEGIN is not expected now.");
    case tags::kCommit:
    case tags::kRollback:
        return within ? endTransaction(message.tag == tags::kCommit)
                      : refuse("COMMIT and ROLLBACK end a transaction, and there is none.");
    case tags::kPull:
    case tags::kDiscard:
        return (state_ == State::Streaming || within) && !results_.empty()
                   ? pull(message, message.tag == tags::kDiscard)
                   : refuse("PULL and DISCARD follow a RUN.");
    case tags::kRoute:
        return ready ? route(message) : refuse("ROUTE is not expected now.");
    case tags::kTelemetry:
        return version_ >= kTelemetryMessage && loggedOn() ? success({})
                                                           : refuse("TELEMETRY is not expected now.");
    default:
        return refuse(fmt::format("The message 0x{:02X} is not of Bolt {}.{}.", message.tag, version_.major,
                                  version_.minor));
    }
}

bool Session::authenticate(const Value& token) {
    if (service_.options().dev) {
        principal_ = {"dev", "admin", {}};
        return true;
    }
    const std::string scheme = textOf(memberOf(token, "scheme"));
    const bool known = scheme == "basic" || scheme == "bearer";
    std::optional<Principal> principal =
        known ? service_.keys().check(textOf(memberOf(token, "credentials"))) : std::nullopt;
    if (principal) {
        principal_ = std::move(*principal);
        return true;
    }
    putFailure(out_, version_,
               Failure::of(Error(ErrorCode::Denied,
                                 known ? "Invalid credential."
                                       : "No credential: the schemes are 'basic' with a key as password and "
                                         "'bearer' with a key.",
                                 details::kUnauthorized),
                           {}));
    return false;
}

Session::Next Session::hello(const Message& message) {
    if (!hasMapFirst(message)) {
        return refuse("HELLO has one map.");
    }
    const Value& map = message.fields[0];
    MapWriter metadata;
    metadata.member("server", kServerName);
    metadata.member("connection_id", std::string_view(id_));
    metadata.member("hints", MapWriter());
    if (version_.major < 5 && asksForUtc(map)) {
        form_.instants = Instants::Utc;
        PackWriter& patches = metadata.key("patch_bolt");
        patches.list(1);
        patches.text("utc");
    }
    if (const Value* routing = memberOf(map, "routing")) {
        routed_address_ = textOf(memberOf(*routing, "address"));
    }
    filter_ = notificationFilterOf(map).value_or(NotificationFilter{});
    if (version_ >= kLogonMessage) {
        state_ = State::Authentication;
        return success(metadata);
    }
    if (!authenticate(map)) {
        return Next::Close;
    }
    state_ = State::Ready;
    return success(metadata);
}

Session::Next Session::logon(const Message& message) {
    if (!hasMapFirst(message)) {
        return refuse("LOGON has one map.");
    }
    if (!authenticate(message.fields[0])) {
        return Next::Close;
    }
    state_ = State::Ready;
    return success({});
}

Session::Next Session::reset() {
    interrupts_ -= std::min(interrupts_, 1U);
    if (working_ != nullptr) {
        working_->cancelled.store(true);
    }
    pending_ = Pending::Reset;
    if (inTransaction()) {
        endTransaction(false);
        pending_ = Pending::Reset;
        return Next::Wait;
    }
    return resume();
}

Session::Next Session::run(Message& message) {
    if (message.fields.size() != 3 || message.fields[0].kind() != Kind::String ||
        message.fields[1].kind() != Kind::Map) {
        return refuse("RUN has a text, a map of parameters and a map.");
    }
    auto work = std::make_shared<Run>();
    work->statement = message.fields[0].string();
    const auto parameters = message.fields[1].map();
    work->parameters.assign(parameters.begin(), parameters.end());
    work->extra = inTransaction() ? transaction_extra_ : RunExtra::of(message.fields[2]);
    work->principal = principal_;
    work->form = form_;
    work->transaction = transaction_;
    work->database = database_;
    work->deadline = deadline_;
    run_filter_ = work->extra.filter.value_or(filter_);
    return start(Pending::Run, [this, work] {
        const auto lane = inTransaction() && service_.transactions().holdsWriter(transaction_)
                              ? WorkerPool::Lane::HoldsWriter
                              : WorkerPool::Lane::Usual;
        task_ =
            Task{lane, [&service = service_, job = newJob(), work] { runStatement(service, *job, *work); }};
    });
}

Session::Next Session::begin(const Message& message) {
    if (!hasMapFirst(message)) {
        return refuse("BEGIN has one map.");
    }
    transaction_extra_ = RunExtra::of(message.fields[0]);
    deadline_.reset();
    if (transaction_extra_.time_max) {
        deadline_ = Job::Clock::now() + *transaction_extra_.time_max;
    }
    return start(Pending::Begin, [this] {
        task_ = Task{WorkerPool::Lane::Usual,
                     [&service = service_, job = newJob(), extra = transaction_extra_,
                      principal = principal_] { beginTransaction(service, *job, extra, principal); }};
    });
}

Session::Next Session::endTransaction(bool commit) {
    results_.clear();
    if (!commit && working_ != nullptr) {
        working_->cancelled.store(true);
    }
    return start(commit ? Pending::Commit : Pending::Rollback, [this, commit] {
        const auto lane = service_.transactions().holdsWriter(transaction_) ? WorkerPool::Lane::HoldsWriter
                                                                            : WorkerPool::Lane::Usual;
        task_ = Task{lane, [&service = service_, job = newJob(), id = transaction_, database = database_,
                            principal = principal_, commit] {
                         bolt::endTransaction(service, *job, id, database, principal, commit);
                     }};
    });
}

Session::Next Session::pull(const Message& message, bool discard) {
    const Value* count = hasMapFirst(message) ? memberOf(message.fields[0], "n") : nullptr;
    const Value* query = hasMapFirst(message) ? memberOf(message.fields[0], "qid") : nullptr;
    if (count == nullptr || count->kind() != Kind::Integer || count->integer() < -1 ||
        count->integer() == 0 || (query != nullptr && query->kind() != Kind::Integer)) {
        return refuse("PULL and DISCARD have a map with 'n', -1 or above 0, and perhaps 'qid'.");
    }
    const std::int64_t asked = query != nullptr ? query->integer() : -1;
    const auto found = asked == -1 ? std::prev(results_.end()) : results_.find(asked);
    if (found == results_.end()) {
        return refuse(fmt::format("There is no result {}.", asked));
    }
    pulling_ = {found->second, found->first, count->integer(), discard};
    if (discard && pulling_.left == -1) {
        pulling_.job->discarding.store(true);
    }
    pending_ = Pending::Pull;
    return pump();
}

Session::Next Session::route(const Message& message) {
    if (message.fields.size() != 3 || message.fields[0].kind() != Kind::Map) {
        return refuse("ROUTE has a map, a list of bookmarks and a map.");
    }
    std::string address = textOf(memberOf(message.fields[0], "address"));
    routed_address_ = isAddress(address) ? std::move(address) : address_;
    const RunExtra extra =
        message.fields[2].kind() == Kind::Map ? RunExtra::of(message.fields[2]) : RunExtra();
    return start(Pending::Route, [this, database = extra.database] {
        task_ = Task{WorkerPool::Lane::Usual, [&service = service_, job = newJob(), database] {
                         findDatabase(service, *job, database);
                     }};
    });
}

Session::Next Session::resume() {
    if (deferred_) {
        if (!workerIsFree()) {
            return Next::Wait;
        }
        const std::function<void()> task = std::exchange(deferred_, nullptr);
        if (interrupts_ > 0 && pending_ != Pending::Reset) {
            return ignored();
        }
        task();
        return Next::Wait;
    }
    switch (pending_) {
    case Pending::Nothing:
        return Next::Done;
    case Pending::Run:
        return resumeRun();
    case Pending::Pull:
        return pump();
    case Pending::Route:
        return resumeRoute();
    default:
        return resumeEnd();
    }
}

Session::Next Session::resumeRun() {
    const Job::Phase phase = working_->phase();
    if (phase == Job::Phase::Working) {
        return Next::Wait;
    }
    if (phase == Job::Phase::Done && working_->failure) {
        return fail(*working_->failure);
    }
    MapWriter metadata;
    PackWriter& fields = metadata.key("fields");
    fields.list(working_->fields.size());
    for (const std::string& field : working_->fields) {
        fields.text(field);
    }
    metadata.member("t_first", working_->available_ms);
    if (version_ >= kDatabaseInRun && !working_->database.empty()) {
        metadata.member("db", std::string_view(working_->database));
    }
    if (inTransaction()) {
        metadata.key("qid").integer(next_query_);
        results_.emplace(next_query_++, working_);
    } else {
        results_.clear();
        results_.emplace(0, working_);
        state_ = State::Streaming;
    }
    return success(metadata);
}

/// Of BEGIN, COMMIT, ROLLBACK and RESET.
Session::Next Session::resumeEnd() {
    if (!workerIsFree()) {
        return Next::Wait;
    }
    const Pending pending = pending_;
    if (pending != Pending::Reset && working_->failure) {
        if (pending != Pending::Begin) {
            transaction_.clear();
        }
        return fail(*working_->failure);
    }
    MapWriter metadata;
    if (pending == Pending::Begin) {
        transaction_ = working_->transaction;
        database_ = working_->database;
        next_query_ = 0;
        state_ = State::Transaction;
        if (version_ >= kDatabaseInRun) {
            metadata.member("db", std::string_view(database_));
        }
        return success(metadata);
    }
    if (pending == Pending::Commit) {
        metadata.member("bookmark", std::string_view(working_->bookmark));
    }
    transaction_.clear();
    deadline_.reset();
    results_.clear();
    pulling_ = {};
    working_.reset();
    state_ = State::Ready;
    return success(metadata);
}

Session::Next Session::resumeRoute() {
    if (!workerIsFree()) {
        return Next::Wait;
    }
    if (working_->failure) {
        return fail(*working_->failure);
    }
    MapWriter table;
    table.member("ttl", kRouteSeconds);
    table.member("db", std::string_view(working_->database));
    table.key("servers").list(3);
    for (const char* role : {"ROUTE", "READ", "WRITE"}) {
        MapWriter server;
        PackWriter& addresses = server.key("addresses");
        addresses.list(1);
        addresses.text(routed_address_);
        server.member("role", role);
        server.appendTo(table.body());
    }
    MapWriter metadata;
    metadata.member("rt", table);
    return success(metadata);
}

/// Rows, until the client has as many as it asked for or there are no more.
Session::Next Session::pump() {
    Job& job = *pulling_.job;
    while (interrupts_ == 0) {
        if (out_.size() >= kOutBytes) {
            return Next::Flush;
        }
        // Read before the rows: what is done has put all of them.
        const bool done = job.phase() == Job::Phase::Done;
        const bool wants = pulling_.left != 0;
        const Job::Row row = wants ? job.takeRow(pulling_.discard ? nullptr : &out_) : job.peekRow();
        if (row != Job::Row::Taken) {
            return done ? complete() : Next::Wait;
        }
        if (!wants) {
            MapWriter metadata;
            metadata.member("has_more", true);
            return success(metadata);
        }
        pulling_.left -= pulling_.left > 0 ? 1 : 0;
    }
    return ignored();
}

/// The end of a result.
Session::Next Session::complete() {
    const std::shared_ptr<Job> job = std::exchange(pulling_, {}).job;
    std::erase_if(results_, [&](const auto& result) { return result.second == job; });
    if (job->failure) {
        return fail(*job->failure);
    }
    if (job->peekRow() == Job::Row::Broken) {
        return fail(Failure::of(Error(ErrorCode::Io, "The rows cannot be read back."), {}));
    }
    MapWriter metadata;
    addSummary(metadata, version_, job->summary, run_filter_, !job->fields.empty(), job->any_row);
    const auto span = Job::Clock::now() - job->started;
    metadata.key("t_last").integer(std::chrono::duration_cast<std::chrono::milliseconds>(span).count());
    metadata.member("db", std::string_view(job->database));
    if (!job->bookmark.empty()) {
        metadata.member("bookmark", std::string_view(job->bookmark));
    }
    if (state_ == State::Streaming) {
        state_ = State::Ready;
    }
    return success(metadata);
}

}  // namespace xinpu::server::bolt

// tests/fuzz/bolt_session_fuzz.cpp
// Any frames as the conversation of one Bolt client with a real service: each request gets the answers that
// the protocol gives it, whole frames of known messages, and nothing is left open behind it.
//
// The first byte of an input is the version, the second what is sent with it: bit 0, the client logs on
// first; bit 1, what may be done on the thread of the network is.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <unistd.h>

#include "fuzz_check.h"
#include "server/bolt/protocol.h"
#include "server/bolt/session.h"
#include "server/bolt/structure_tags.h"
#include "server/language.h"
#include "server/log.h"
#include "server/service.h"

using namespace xinpu;
using namespace xinpu::server;
using namespace xinpu::server::bolt;

namespace {

constexpr Version kVersions[] = {{4, 4}, {5, 0}, {5, 4}, {5, 6}, {5, 8}, {6, 0}};

/// A data folder of this process, removed at its end.
class Fixture {
public:
    Fixture()
        : folder_(std::filesystem::temp_directory_path() /
                  ("xinpu-bolt-fuzz-" + std::to_string(::getpid()))) {
        ServiceOptions options;
        options.data = folder_;
        options.dev = true;
        options.statement_time_max = std::chrono::seconds(1);
        options.statement_memory_max = std::size_t{64} << 20;
        service_ = std::make_unique<Service>(std::move(options), wholeLanguage());
    }
    ~Fixture() {
        service_.reset();
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    Service& service() noexcept { return *service_; }
    RequestMemory memory;

private:
    std::filesystem::path folder_;
    std::unique_ptr<Service> service_;
};

/// One client, whose tasks are done at once.
class Conversation {
public:
    Conversation(Fixture& fixture, Version version, bool here)
        : here_(here), session_(fixture.service(), fixture.memory, version,
                                {"bolt-1", "127.0.0.1:7687", "127.0.0.1"}, [] {}) {}
    ~Conversation() {
        while (session_.resume() == Session::Next::Wait) {
            work();
        }
        if (std::optional<Session::Task> last = session_.end()) {
            last->run();
        }
    }

    /// False: the conversation is over.
    bool say(std::string_view message) {
        if (message.size() > 1 && static_cast<std::uint8_t>(message[1]) == tags::kReset) {
            session_.interrupt();
        }
        Session::Next next = session_.take(message);
        while (next == Session::Next::Wait || next == Session::Next::Flush) {
            if (next == Session::Next::Wait) {
                work();
            } else {
                take();
            }
            next = session_.resume();
        }
        take();
        const bool goodbye = message.size() > 1 && static_cast<std::uint8_t>(message[1]) == tags::kGoodbye;
        FUZZ_CHECK(summaries_ == (goodbye && next == Session::Next::Close && summaries_ == 0 ? 0U : 1U));
        summaries_ = 0;
        return next == Session::Next::Done;
    }

private:
    void work() {
        std::optional<Session::Task> task = session_.takeTask();
        FUZZ_CHECK(task.has_value());  // with nothing to do there is nothing to wait for
        if (!here_ || !task->here || !task->here()) {
            task->run();
        }
    }

    void take() {
        std::string_view left = session_.out();
        while (!left.empty()) {
            const std::size_t size = frameSize(left);
            FUZZ_CHECK(size > 4 && static_cast<std::uint8_t>(left[2]) >> 4 == 0xB);
            const auto tag = static_cast<std::uint8_t>(left[3]);
            FUZZ_CHECK(tag == tags::kSuccess || tag == tags::kRecord || tag == tags::kIgnored ||
                       tag == tags::kFailure);
            FUZZ_CHECK(summaries_ == 0);  // nothing follows a summary
            summaries_ += tag != tags::kRecord ? 1 : 0;
            left.remove_prefix(size);
        }
        session_.out().clear();
    }

    bool here_;
    Session session_;
    unsigned summaries_ = 0;
};

std::string logOn(std::uint8_t tag) {
    std::string message;
    PackWriter pack(message);
    pack.structure(1, tag);
    pack.map(2);
    pack.text("scheme");
    pack.text("none");
    pack.text("user_agent");
    pack.text("fuzz/1");
    return message;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static Fixture fixture;
    constexpr std::size_t kMessageBytesMax = 64 * 1024;
    if (size < 2) {
        return 0;
    }
    const Version version = kVersions[data[0] % std::size(kVersions)];
    {
        Conversation conversation(fixture, version, (data[1] & 2) != 0);
        bool open = true;
        if ((data[1] & 1) != 0) {
            open = conversation.say(logOn(tags::kHello)) &&
                   (version < kLogonMessage || conversation.say(logOn(tags::kLogon)));
            FUZZ_CHECK(open);
        }
        std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
        Unframer unframer(kMessageBytesMax);
        std::string message;
        while (open && unframer.take(bytes, message) == Unframer::Got::Message) {
            open = conversation.say(message);
        }
    }
    FUZZ_CHECK(fixture.memory.bytes() == 0);
    FUZZ_CHECK(fixture.service().transactions().openOn(kUsualDatabase) == 0);
    return 0;
}

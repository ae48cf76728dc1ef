// cli/commands/serve.cpp
// `xinpu serve`: the query server in the foreground.
#include "server/server.h"

#include <charconv>
#include <chrono>
#include <memory>
#include <ostream>
#include <string>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/messages.h"
#include "cli/options.h"
#include "cli/today.h"
#include "server/language.h"
#include "xinpu/error.h"

namespace xinpu::cli {
namespace {

struct ServeOptions {
    std::string data = "./xinpu-data";
    std::string listen = "127.0.0.1:7474";
    std::string bolt = "127.0.0.1:7687";
    bool bolt_named = false;
    bool dev = false;
    std::int64_t workers = 0;
    std::int64_t time_limit = 600;
    std::int64_t memory = 1'024;
    std::int64_t drain = 30;
    std::string csv_folder;
    std::string timezone = kTimezoneUsual;
};

/// Splits "host:port", "[::1]:port".
void takeAddress(const Context& context, const std::string& text, std::string& host_taken,
                 std::uint16_t& port_taken) {
    const std::size_t colon = text.rfind(':');
    std::string host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) {
        host = host.substr(1, host.size() - 2);
    }
    const std::string port = colon == std::string::npos ? std::string() : text.substr(colon + 1);
    const auto [end, status] = std::from_chars(port.data(), port.data() + port.size(), port_taken);
    if (status != std::errc() || end != port.data() + port.size() || host.empty()) {
        throw Error(ErrorCode::Usage, context.format(messages::kListenWrong, text));
    }
    host_taken = std::move(host);
}

int runServer(Context& context, const ServeOptions& asked) {
    dayIn(asked.timezone, std::chrono::system_clock::now());  // a zone that does not exist is told at once
    server::ServerOptions options;
    options.data = asked.data;
    takeAddress(context, asked.listen, options.host, options.port);
    options.bolt = !asked.bolt.empty() && asked.bolt != "off";
    if (options.bolt) {
        takeAddress(context, asked.bolt, options.bolt_host, options.bolt_port);
        options.bolt_if_free = !asked.bolt_named;
    }
    options.dev = asked.dev;
    options.workers = static_cast<std::size_t>(asked.workers);
    options.statement_time_max = std::chrono::seconds(asked.time_limit);
    options.statement_memory_max = static_cast<std::size_t>(asked.memory) << 20;
    if (!asked.csv_folder.empty()) {
        options.csv_folder = asked.csv_folder;
    }
    options.drain_time_max = std::chrono::seconds(asked.drain);
    options.timezone = asked.timezone;
    server::serve(options, server::wholeLanguage(),
                  [&context](const std::string& address, const std::string& bolt_address) {
                      context.out() << "listening on " << address
                                    << std::endl;  // the words that scripts wait for
                      if (!bolt_address.empty()) {
                          context.out() << "bolt on " << bolt_address << std::endl;
                      }
                  });
    return kExitDone;
}

}  // namespace

void addServe(CLI::App& app, Context& context) {
    CLI::App* command = addCommand(app, context, "serve", messages::kServeCommand, messages::kGroupQuestions,
                                   "xinpu serve --data ./xinpu-data --dev");
    const auto options = std::make_shared<ServeOptions>();
    command->add_option("--data", options->data, context.text(messages::kDataOption))
        ->type_name("DIR")
        ->envname("XINPU_DATA")
        ->capture_default_str();
    command->add_option("--listen", options->listen, context.text(messages::kServeListen))
        ->type_name("HOST:PORT")
        ->capture_default_str();
    command->add_option("--bolt", options->bolt, context.text(messages::kServeBolt))
        ->type_name("HOST:PORT|off")
        ->capture_default_str();
    command->add_flag("--dev", options->dev, context.text(messages::kServeDev));
    command->add_option("--workers", options->workers, context.text(messages::kServeWorkers))
        ->type_name("N")
        ->check(wholeNumberFrom(context, 0, 1'000));
    command->add_option("--time-limit", options->time_limit, context.text(messages::kServeTimeLimit))
        ->type_name("SECONDS")
        ->check(wholeNumberFrom(context, 1, 86'400))
        ->capture_default_str();
    command->add_option("--statement-memory", options->memory, context.text(messages::kServeMemory))
        ->type_name("MIB")
        ->check(wholeNumberFrom(context, 1, 1'000'000))
        ->capture_default_str();
    command->add_option("--csv-folder", options->csv_folder, context.text(messages::kQueryCsvFolder))
        ->type_name("DIR");
    command->add_option("--drain", options->drain, context.text(messages::kServeDrain))
        ->type_name("SECONDS")
        ->check(wholeNumberFrom(context, 0, 3'600))
        ->capture_default_str();
    command->add_option("--timezone", options->timezone, context.text(messages::kTimezoneOption))
        ->type_name("ZONE")
        ->capture_default_str();
    command->callback([&context, options, command] {
        options->bolt_named = command->count("--bolt") > 0;
        context.action = [&context, options] { return runServer(context, *options); };
    });
}

}  // namespace xinpu::cli

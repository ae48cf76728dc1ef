// cli/commands/keys.cpp
// `xinpu keys add|list|revoke`: access keys of a data folder, also beside a running server.
#include "server/access/keys.h"

#include <filesystem>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/messages.h"
#include "cli/messages_keys.h"
#include "cli/options.h"
#include "server/access/audit.h"
#include "xinpu/error.h"

namespace xinpu::cli {
namespace {

struct KeysOptions {
    std::string data = "./xinpu-data";
    std::string role;
    std::vector<std::string> scopes;
    std::string name;
    std::string expires;
    std::string id;
    std::string format;
};

server::Keys open(const Context& context, const KeysOptions& options) {
    if (!std::filesystem::is_directory(options.data)) {
        throw Error(ErrorCode::NotFound, context.format(messages::kKeysNoFolder, options.data));
    }
    return server::Keys(options.data);
}

std::string wordsOf(const Context& context, const server::KeyFault& fault, const std::string& role) {
    switch (fault.problem) {
    case server::KeyProblem::Name:
        return context.format(messages::kKeyNameWrong, std::to_string(server::kKeyNameBytesMax));
    case server::KeyProblem::ScopesTooMany:
        return context.text(messages::kKeyScopesTooMany);
    case server::KeyProblem::ScopeMissing:
        return context.text(messages::kKeyScopeMissing);
    case server::KeyProblem::NotAnAuthority:
        return context.format(messages::kKeyNotAnAuthority, fault.what);
    case server::KeyProblem::NotAUscc:
        return context.format(messages::kKeyNotAUscc, fault.what);
    case server::KeyProblem::ScopeNotWanted:
        return context.format(messages::kKeyScopeNotWanted, role);
    case server::KeyProblem::Expiry:
        return context.format(messages::kKeyExpiryWrong, std::to_string(server::kKeyDaysMax));
    case server::KeyProblem::Other:
        break;
    }
    return fault.message;
}

server::NewKey newKeyOf(const Context& context, const KeysOptions& options) {
    const std::int64_t now = server::nowSeconds();
    server::NewKey key{.role = server::roleOf(options.role).value_or(server::Role::Subject),
                       .scopes = options.scopes,
                       .name = options.name};
    if (!options.expires.empty()) {
        key.expires = server::expiryOf(options.expires, now);
        if (!key.expires) {
            throw Error(ErrorCode::Validation,
                        context.format(messages::kKeyExpiryWrong, std::to_string(server::kKeyDaysMax)));
        }
    }
    if (const auto fault = server::faultOf(key, now)) {
        throw Error(ErrorCode::Validation, wordsOf(context, *fault, options.role));
    }
    return key;
}

/// Whoever may write the folder acts as an administrator; "local" is what the journal calls them too.
void recordAct(const KeysOptions& options, const std::string& id) {
    server::Audit(options.data)
        .record({.kind = server::AuditKind::Administrative,
                 .principal = "local",
                 .role = std::string(server::nameOf(server::Role::Admin)),
                 .action = std::string(server::nameOf(server::Operation::ManageKeys)),
                 .subject = id});
}

int add(Context& context, const KeysOptions& options) {
    const server::NewKey key = newKeyOf(context, options);
    const server::MadeKey made = open(context, options).add(key);
    recordAct(options, made.record.id);
    context.out() << made.text << '\n';
    context.err() << context.format(messages::kKeyMade, made.record.id) << '\n';
    return kExitDone;
}

int list(Context& context, const KeysOptions& options) {
    const auto writer =
        context.resultWriter(context.formatOr(options.format),
                             {"id", "role", "scopes", "name", "created", "expires", "state"});
    const std::int64_t now = server::nowSeconds();
    for (const server::KeyRecord& key : open(context, options).list()) {
        const Cell cells[] = {
            Cell::ofText(key.id),
            Cell::ofText(std::string(server::nameOf(key.role))),
            Cell::ofText(fmt::format("{}", fmt::join(key.scopes, " "))),
            Cell::ofText(key.name),
            Cell::ofText(key.created),
            key.expires ? Cell::ofText(server::instantText(*key.expires)) : Cell::null(),
            Cell::ofText(std::string(key.stateAt(now)))};
        writer->row(cells);
    }
    writer->finish({});
    return kExitDone;
}

int revoke(Context& context, const KeysOptions& options) {
    try {
        open(context, options).revoke(options.id);
    } catch (const Error& error) {
        switch (error.code()) {
        case ErrorCode::NotFound:
            throw Error(ErrorCode::NotFound, std::filesystem::is_directory(options.data)
                                                 ? context.format(messages::kKeyUnknown, options.id)
                                                 : error.message());
        case ErrorCode::Conflict:
            throw Error(ErrorCode::Conflict, context.format(messages::kKeyLastAdmin, options.id));
        default:
            throw;
        }
    }
    recordAct(options, options.id);
    context.out() << context.format(messages::kKeyRevoked, options.id) << '\n';
    return kExitDone;
}

std::vector<std::string> roleNames() {
    std::vector<std::string> names;
    for (const server::Role role : server::allRoles()) {
        names.emplace_back(server::nameOf(role));
    }
    return names;
}

}  // namespace

void addKeys(CLI::App& app, Context& context) {
    CLI::App* command = addCommand(app, context, "keys", messages::kKeysCommand, messages::kGroupCare,
                                   "xinpu keys list --data ./xinpu-data");
    const auto options = std::make_shared<KeysOptions>();
    const auto add_action = [&](const char* name, const Text& sentence, const char* example,
                                int (*act)(Context&, const KeysOptions&)) {
        CLI::App* child = addCommand(*command, context, name, sentence, messages::kKeysCommand, example);
        child->add_option("--data", options->data, context.text(messages::kDataOption))
            ->type_name("DIR")
            ->envname("XINPU_DATA")
            ->capture_default_str();
        child->callback([&context, options, act] {
            context.action = [&context, options, act] { return act(context, *options); };
        });
        return child;
    };

    CLI::App* adding = add_action("add", messages::kKeysAdd,
                                  "xinpu keys add --role department --scope 11441900XP000001XM --name 市场监管局",
                                  add);
    adding->add_option("--role", options->role, context.text(messages::kKeysRole))
        ->type_name(fmt::format("{}", fmt::join(roleNames(), "|")))
        ->check(oneOf(context, roleNames()))
        ->required();
    adding->add_option("--scope", options->scopes, context.text(messages::kKeysScope))
        ->type_name("CODE")
        ->expected(1)
        ->take_all();
    adding->add_option("--name", options->name, context.text(messages::kKeysName))
        ->type_name("NAME")
        ->required();
    adding->add_option("--expires", options->expires, context.text(messages::kKeysExpires))
        ->type_name("DATE-or-DAYS");

    CLI::App* listing = add_action("list", messages::kKeysList, "xinpu keys list --format json", list);
    addFormatOption(*listing, context, options->format);

    CLI::App* revoking =
        add_action("revoke", messages::kKeysRevoke, "xinpu keys revoke 4f0c21b7a9de", revoke);
    revoking->add_option("ID", options->id, context.text(messages::kKeysId))->type_name("ID")->required();
    command->require_subcommand(1);
}

}  // namespace xinpu::cli

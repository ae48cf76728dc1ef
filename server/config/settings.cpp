// server/config/settings.cpp
// toml++ reads the file; every value is kept as text and checked against the table.
#include "server/config/settings.h"

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "server/config/suggestion.h"
#include "xinpu/error.h"

namespace xinpu::server {
namespace {

constexpr std::size_t kFileBytesMax = std::size_t{1} << 20;

[[noreturn]] void refuse(std::string message) {
    throw Error(ErrorCode::Usage, std::move(message));
}

/// "xinpu.toml: line 3, column 5: "
std::string placeOf(const std::filesystem::path& file, const toml::source_region& region) {
    return fmt::format("{}: line {}, column {}: ", file.string(), region.begin.line, region.begin.column);
}

std::size_t indexOf(std::string_view name) noexcept {
    const auto options = allOptions();
    const auto found = std::find_if(options.begin(), options.end(),
                                    [&](const OptionSpec& option) { return option.name == name; });
    return static_cast<std::size_t>(found - options.begin());
}

bool isSection(std::string_view name) noexcept {
    const auto options = allOptions();
    return std::any_of(options.begin(), options.end(), [&](const OptionSpec& option) {
        return option.name.starts_with(name) && option.name.substr(name.size()).starts_with('.');
    });
}

/// What a key may have been meant as: an option under the same name elsewhere, or one that is written almost so.
std::string meantBy(const std::string& name) {
    std::vector<std::string> names;
    for (const OptionSpec& option : allOptions()) {
        const std::string_view last = option.name.substr(option.name.rfind('.') + 1);
        if (last == name.substr(name.rfind('.') + 1)) {
            return fmt::format("; did you mean '{}'?", option.name);
        }
        names.emplace_back(option.name);
    }
    const std::string meant = closestWord(name, names);
    return meant.empty() ? "; docs/operations.md lists those that there are" : fmt::format("; did you mean '{}'?", meant);
}

const char* typeName(OptionKind kind) noexcept {
    switch (kind) {
    case OptionKind::Flag:
        return "true or false";
    case OptionKind::Whole:
        return "a whole number";
    case OptionKind::List:
        return "an array of texts";
    default:
        return "a text in quotes";
    }
}

/// The value as text, or nothing if it is of another type than the option.
std::optional<std::string> textOf(const OptionSpec& option, const toml::node& node) {
    if (option.kind == OptionKind::Flag) {
        const auto flag = node.as_boolean();
        return flag != nullptr ? std::optional<std::string>(flag->get() ? "true" : "false") : std::nullopt;
    }
    if (option.kind == OptionKind::Whole) {
        const auto number = node.as_integer();
        return number != nullptr ? std::optional(std::to_string(number->get())) : std::nullopt;
    }
    if (option.kind == OptionKind::List) {
        const toml::array* array = node.as_array();
        if (array == nullptr) {
            return std::nullopt;
        }
        std::string text;
        for (const toml::node& element : *array) {
            if (element.as_string() == nullptr) {
                return std::nullopt;
            }
            text += (text.empty() ? "" : ",") + element.as_string()->get();
        }
        return text;
    }
    return node.as_string() != nullptr ? std::optional(node.as_string()->get()) : std::nullopt;
}

std::string inQuotes(std::string_view text) {
    std::ostringstream out;
    out << toml::value<std::string>(std::string(text));
    return out.str();
}

std::string asValue(const OptionSpec& option, const std::string& text) {
    if (option.kind == OptionKind::Flag || option.kind == OptionKind::Whole) {
        return text;
    }
    if (option.kind != OptionKind::List) {
        return inQuotes(text);
    }
    std::string array;
    std::istringstream parts(text);
    for (std::string part; std::getline(parts, part, ',');) {
        array += (array.empty() ? "" : ", ") + inQuotes(part);
    }
    return "[" + array + "]";
}

const char* nameOf(Source source) noexcept {
    switch (source) {
    case Source::File:
        return "file";
    case Source::Environment:
        return "environment";
    case Source::CommandLine:
        return "command line";
    case Source::Default:
        break;
    }
    return "default";
}

}  // namespace

Settings::Settings(const std::optional<std::filesystem::path>& file, const Environment& environment,
                   const Given& command_line) {
    const auto options = allOptions();
    for (const OptionSpec& option : options) {
        values_.push_back({std::string(option.usual), Source::Default});
    }
    if (file) {
        readFile(*file);
    }
    for (std::size_t i = 0; i < options.size(); ++i) {
        const std::string variable = environmentName(options[i]);
        if (auto value = environment(variable)) {
            if (auto problem = problemOf(options[i], *value)) {
                refuse(fmt::format("The environment variable {}: {}.", variable, *problem));
            }
            values_[i] = {std::move(*value), Source::Environment};
        }
        if (const auto given = command_line.find(options[i].name); given != command_line.end()) {
            if (auto problem = problemOf(options[i], given->second)) {
                refuse(fmt::format("--{}: {}.", options[i].flag, *problem));
            }
            values_[i] = {given->second, Source::CommandLine};
        }
    }
}

void Settings::readFile(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::string text(kFileBytesMax + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (!in.is_open() || in.bad() || std::filesystem::is_directory(file)) {
        refuse(fmt::format("The file '{}' cannot be read.", file.string()));
    }
    text.resize(static_cast<std::size_t>(in.gcount()));
    if (text.size() > kFileBytesMax) {
        refuse(fmt::format("{}: longer than 1 MiB.", file.string()));
    }
    toml::table table;
    try {
        table = toml::parse(text);
    } catch (const toml::parse_error& error) {
        refuse(placeOf(file, error.source()) + std::string(error.description()) + ".");
    }
    const auto take = [&](const std::string& name, const toml::key& key, const toml::node& node) {
        const std::size_t index = indexOf(name);
        if (index == allOptions().size()) {
            refuse(placeOf(file, key.source()) + fmt::format("there is no option '{}'{}", name, meantBy(name)) +
                   (meantBy(name).ends_with('?') ? "" : "."));
        }
        const OptionSpec& option = allOptions()[index];
        auto value = textOf(option, node);
        if (!value) {
            refuse(placeOf(file, node.source()) + fmt::format("'{}' must be {}.", name, typeName(option.kind)));
        }
        if (auto problem = problemOf(option, *value)) {
            refuse(placeOf(file, node.source()) + fmt::format("'{}': {}.", name, *problem));
        }
        values_[index] = {std::move(*value), Source::File};
    };
    for (auto&& [key, node] : table) {
        const std::string name(key.str());
        if (node.as_table() == nullptr || !isSection(name)) {
            take(name, key, node);
            continue;
        }
        for (auto&& [inner, member] : *node.as_table()) {
            take(name + "." + std::string(inner.str()), inner, member);
        }
    }
}

const Settings::Value& Settings::of(std::string_view name) const {
    return values_[indexOf(name)];
}

ServerOptions Settings::options() const {
    ServerOptions options;
    for (std::size_t i = 0; i < values_.size(); ++i) {
        allOptions()[i].apply(options, values_[i].text);
    }
    // Whoever named no port for Bolt may have another server there.
    options.bolt_if_free = of("bolt").source == Source::Default;
    if (options.tls.certificate.empty() != options.tls.key.empty()) {
        refuse(fmt::format("TLS takes both, a certificate and its key: '{}' is missing.",
                           options.tls.key.empty() ? "tls.key" : "tls.cert"));
    }
    return options;
}

std::string Settings::asToml() const {
    std::string text;
    std::string_view section;
    for (std::size_t i = 0; i < values_.size(); ++i) {
        const OptionSpec& option = allOptions()[i];
        const std::size_t point = option.name.find('.');
        const std::string_view own = point == std::string_view::npos ? std::string_view() : option.name.substr(0, point);
        if (own != section) {
            section = own;
            text += fmt::format("\n[{}]\n", section);
        }
        text += fmt::format("{} = {}  # {}\n", option.name.substr(own.empty() ? 0 : own.size() + 1),
                            asValue(option, values_[i].text), nameOf(values_[i].source));
    }
    return text;
}

}  // namespace xinpu::server

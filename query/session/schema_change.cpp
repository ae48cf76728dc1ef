// query/session/schema_change.cpp
// Declarations of indexes, constraints and property classes as statements.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "query/session/schema_command.h"

namespace xinpu::query {

using engine::Direction;
using engine::IndexDefinition;
using engine::IndexKind;
using engine::Kind;
using engine::SlotCodec;

namespace {

struct TypeName {
    const char* name;
    Kind kind;
};
constexpr TypeName kTypeNames[] = {
    {"BOOLEAN", Kind::Boolean},
    {"BOOL", Kind::Boolean},
    {"STRING", Kind::String},
    {"VARCHAR", Kind::String},
    {"INTEGER", Kind::Integer},
    {"INT", Kind::Integer},
    {"SIGNED INTEGER", Kind::Integer},
    {"FLOAT", Kind::Float},
    {"DECIMAL", Kind::Decimal},
    {"DATE", Kind::Date},
    {"LOCAL TIME", Kind::LocalTime},
    {"TIME WITHOUT TIMEZONE", Kind::LocalTime},
    {"ZONED TIME", Kind::Time},
    {"TIME WITH TIMEZONE", Kind::Time},
    {"LOCAL DATETIME", Kind::LocalDateTime},
    {"TIMESTAMP WITHOUT TIMEZONE", Kind::LocalDateTime},
    {"ZONED DATETIME", Kind::ZonedDateTime},
    {"TIMESTAMP WITH TIMEZONE", Kind::ZonedDateTime},
    {"DURATION", Kind::Duration},
    {"BYTES", Kind::Bytes},
    {"LIST", Kind::List},
};

Kind kindOf(const SchemaCommand& command) {
    for (const TypeName& type : kTypeNames) {
        if (command.type == type.name) {
            return type.kind;
        }
    }
    throw Error(
        ErrorCode::Syntax,
        fmt::format(
            "A property cannot be constrained to the type '{}'. Types: BOOLEAN, STRING, INTEGER, FLOAT, "
            "DECIMAL, DATE, LOCAL TIME, ZONED TIME, LOCAL DATETIME, ZONED DATETIME, DURATION, BYTES, LIST.",
            command.type),
        "InvalidType", command.at);
}

/// A stable name for what has none: the same declaration gives the same name.
std::string madeName(const char* prefix, std::string_view described) {
    std::uint64_t hash = 0xcbf29ce484222325ULL;  // FNV-1a
    for (const char byte : described) {
        hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3ULL;
    }
    return fmt::format("{}_{:08x}", prefix, static_cast<std::uint32_t>(hash ^ (hash >> 32U)));
}

class SchemaChange {
public:
    SchemaChange(const SchemaCommand& command, engine::WriteTxn& txn, Counters& counters)
        : command_(command), txn_(txn), counters_(counters) {}

    void run() {
        switch (command_.action) {
        case SchemaAction::CreateIndex:
            declare(indexDefinition(), false);
            break;
        case SchemaAction::CreateConstraint:
            declare(constraintDefinition(), true);
            break;
        case SchemaAction::CreatePropertyClass:
            declare(propertyClass(), true);
            break;
        case SchemaAction::DropPropertyClass:
            dropPropertyClass();
            break;
        case SchemaAction::DropIndex:
            drop(false);
            break;
        case SchemaAction::DropConstraint:
            drop(true);
            break;
        default:
            break;
        }
    }

private:
    IndexDefinition onKeys() {
        IndexDefinition definition;
        if (command_.of_relationship) {
            definition.type = txn_.type(command_.label);
        } else {
            definition.label = txn_.label(command_.label);
        }
        for (const std::string& key : command_.keys) {
            definition.keys.push_back(txn_.key(key));
        }
        return definition;
    }

    /// The kind that a constraint types `key` with.
    std::optional<Kind> typedKind(engine::LabelId label, engine::TypeId type, engine::KeyId key) const {
        for (const IndexDefinition& rule : txn_.catalog().indexes()) {
            if ((rule.rules & engine::kRuleTyped) != 0 && rule.label == label && rule.type == type &&
                std::find(rule.keys.begin(), rule.keys.end(), key) != rule.keys.end()) {
                return rule.value_kind;
            }
        }
        return {};
    }

    std::vector<SlotCodec> codecs(const IndexDefinition& definition, engine::LabelId label,
                                  engine::TypeId type) const {
        std::vector<SlotCodec> result;
        for (std::size_t i = 0; i < definition.keys.size(); ++i) {
            const std::optional<Kind> kind = typedKind(label, type, definition.keys[i]);
            if (kind == Kind::Date) {
                result.push_back({SlotCodec::Kind::Date, 0});
            } else if (kind == Kind::Integer) {
                result.push_back({SlotCodec::Kind::Integer, 0});
            } else if (kind == Kind::Decimal) {
                result.push_back({SlotCodec::Kind::Decimal, kDecimalPlaces});
            } else {
                throw Error(
                    ErrorCode::Constraint,
                    fmt::format("'{}' can be covered once its type is known. First: CREATE CONSTRAINT FOR … "
                                "REQUIRE ….{} IS :: DATE, INTEGER or DECIMAL.",
                                command_.keys[i], command_.keys[i]),
                    "CoveredPropertyNotTyped", command_.at);
            }
        }
        return result;
    }

    IndexDefinition indexDefinition() {
        if (command_.index == IndexForm::Adjacency) {
            return adjacencyDefinition();
        }
        if (command_.of_relationship) {
            throw Error(
                ErrorCode::Semantic,
                "Indexes are of nodes; properties of relationships are covered by CREATE ADJACENCY INDEX.",
                "FeatureNotSupported", command_.at);
        }
        IndexDefinition definition = onKeys();
        switch (command_.index) {
        case IndexForm::Bitmap:
            definition.kind = typedKind(definition.label, {}, definition.keys[0]) == Kind::Date
                                  ? IndexKind::DateBitmap
                                  : IndexKind::Bitmap;
            demandOneKey();
            break;
        case IndexForm::Column:
            definition.kind = IndexKind::Column;
            demandOneKey();
            definition.codecs = codecs(definition, definition.label, {});
            break;
        default:
            definition.kind = IndexKind::Range;
            if (command_.index == IndexForm::Text) {
                definition.rules = engine::kRuleText;
                demandOneKey();
            }
            break;
        }
        return definition;
    }

    void demandOneKey() const {
        if (command_.keys.size() != 1) {
            throw Error(ErrorCode::Semantic, "Such an index is on one property; declare one for each.",
                        "InvalidIndex", command_.at);
        }
    }

    IndexDefinition adjacencyDefinition() {
        IndexDefinition definition;
        definition.kind = IndexKind::Adjacency;
        definition.type = txn_.type(command_.label);
        for (const std::string& key : command_.keys) {
            definition.keys.push_back(txn_.key(key));
        }
        definition.of_neighbour = command_.of_neighbour;
        if (command_.of_neighbour) {
            definition.label = txn_.label(command_.neighbour_label);
            // `(p:Penalty)-[r:AGAINST]->()`: whoever stands at the other end sees the properties of p.
            definition.direction = command_.direction == Direction::Out  ? Direction::In
                                   : command_.direction == Direction::In ? Direction::Out
                                                                         : Direction::Both;
            definition.codecs = codecs(definition, definition.label, {});
        } else {
            definition.direction = Direction::Both;
            definition.codecs = codecs(definition, {}, definition.type);
        }
        return definition;
    }

    IndexDefinition constraintDefinition() {
        IndexDefinition definition = onKeys();
        const bool keyed =
            command_.constraint == ConstraintForm::Unique || command_.constraint == ConstraintForm::NodeKey;
        if (keyed && command_.of_relationship) {
            throw Error(ErrorCode::Semantic,
                        "Uniqueness is a constraint on nodes; relationships take IS NOT NULL and IS ::.",
                        "FeatureNotSupported", command_.at);
        }
        definition.kind = keyed ? IndexKind::Unique : IndexKind::Rule;
        switch (command_.constraint) {
        case ConstraintForm::NodeKey:
        case ConstraintForm::NotNull:
            definition.rules = engine::kRuleExists;
            break;
        case ConstraintForm::Typed:
            definition.rules = engine::kRuleTyped;
            definition.value_kind = kindOf(command_);
            break;
        case ConstraintForm::Unique:
            break;
        }
        return definition;
    }

    IndexDefinition propertyClass() {
        if (command_.property_class != "personal") {
            throw Error(ErrorCode::Semantic, "The one property class is 'personal'.", "InvalidPropertyClass",
                        command_.at);
        }
        IndexDefinition definition = onKeys();
        definition.kind = IndexKind::Rule;
        definition.rules = engine::kRulePersonal;
        return definition;
    }

    const IndexDefinition* equivalent(const IndexDefinition& wanted) const {
        for (const IndexDefinition& other : txn_.catalog().indexes()) {
            if (other.kind == wanted.kind && other.label == wanted.label && other.type == wanted.type &&
                other.keys == wanted.keys && other.rules == wanted.rules &&
                other.value_kind == wanted.value_kind && other.of_neighbour == wanted.of_neighbour) {
                return &other;
            }
        }
        return nullptr;
    }

    void declare(IndexDefinition definition, bool constraint) {
        const IndexDefinition* same = equivalent(definition);
        const IndexDefinition* named = command_.name.empty() ? nullptr : txn_.catalog().index(command_.name);
        if (command_.if_exists && (same != nullptr || named != nullptr)) {
            return;
        }
        if (same != nullptr) {
            throw Error(
                ErrorCode::Conflict,
                fmt::format("An equivalent {} already exists: '{}'. Use IF NOT EXISTS, or drop it first.",
                            constraint ? "constraint" : "index", same->name),
                "EquivalentSchemaRuleAlreadyExists", command_.at);
        }
        if (named != nullptr) {
            throw Error(ErrorCode::Conflict,
                        fmt::format("There already exists {} called '{}'.",
                                    isConstraint(*named) ? "a constraint" : "an index", command_.name),
                        isConstraint(*named) ? "ConstraintWithNameAlreadyExists"
                                             : "IndexWithNameAlreadyExists",
                        command_.at);
        }
        definition.name = command_.name;
        if (definition.name.empty()) {
            std::string described =
                fmt::format("{} {} {} {} {}", static_cast<int>(definition.kind), definition.rules,
                            command_.of_relationship, command_.label, command_.neighbour_label);
            for (const std::string& key : command_.keys) {
                described += ' ' + key;
            }
            definition.name = madeName(constraint ? "constraint" : "index", described);
        }
        try {
            txn_.declare(std::move(definition));
        } catch (const Error& error) {
            throw Error(error.code(), error.message(), error.detail(), error.at() ? error.at() : command_.at);
        }
        ++(constraint ? counters_.constraints_added : counters_.indexes_added);
    }

    void dropPropertyClass() {
        const IndexDefinition* found = equivalent(propertyClass());
        if (found == nullptr) {
            if (command_.if_exists) {
                return;
            }
            throw Error(ErrorCode::NotFound,
                        fmt::format("No such properties were declared as '{}'. SHOW PROPERTY CLASSES lists them; "
                                    "what is built in stays.",
                                    command_.property_class),
                        "ConstraintNotFound", command_.at);
        }
        txn_.drop(found->id);
        ++counters_.constraints_removed;
    }

    void drop(bool constraint) {
        const IndexDefinition* found = txn_.catalog().index(command_.name);
        if (found == nullptr || isConstraint(*found) != constraint) {
            if (command_.if_exists) {
                return;
            }
            throw Error(ErrorCode::NotFound,
                        fmt::format("There is no {} called '{}'. SHOW {} lists them.",
                                    constraint ? "constraint" : "index", command_.name,
                                    constraint ? "CONSTRAINTS" : "INDEXES"),
                        constraint ? "ConstraintNotFound" : "IndexNotFound", command_.at);
        }
        try {
            txn_.drop(found->id);
        } catch (const Error& error) {
            throw Error(error.code(), error.message(), error.detail(), error.at() ? error.at() : command_.at);
        }
        ++(constraint ? counters_.constraints_removed : counters_.indexes_removed);
    }

    static constexpr std::uint8_t kDecimalPlaces =
        4;  ///< shares have four places, money two: docs/data-standard.md

    const SchemaCommand& command_;
    engine::WriteTxn& txn_;
    Counters& counters_;
};

}  // namespace

bool changesSchema(const SchemaCommand& command) noexcept {
    switch (command.action) {
    case SchemaAction::ShowIndexes:
    case SchemaAction::ShowConstraints:
    case SchemaAction::ShowFunctions:
    case SchemaAction::ShowProcedures:
    case SchemaAction::ShowPropertyClasses:
        return false;
    default:
        return true;
    }
}

void changeSchema(const SchemaCommand& command, engine::WriteTxn& txn, Counters& counters) {
    SchemaChange(command, txn, counters).run();
}

}  // namespace xinpu::query

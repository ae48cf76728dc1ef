// tests/unit/catalog/personal_class_test.cpp
// Which properties are personal: of a record by its labels, and of an index by what its records could be.

#include <gtest/gtest.h>

#include "engine/catalog/personal_class.h"

namespace xinpu::engine {
namespace {

const PersonalRules kRules{.keys = {"legal"}, .labels = {"Person"}};

struct Names {
    CatalogBuilder builder{std::make_shared<Catalog>()};
    LabelId person = builder.label("Person");
    LabelId firm = builder.label("Firm");
    LabelId other = builder.label("Other");
    TypeId knows = builder.type("KNOWS");
    TypeId owns = builder.type("OWNS");
    KeyId legal = builder.key("legal");
    KeyId name = builder.key("name");
    KeyId code = builder.key("code");

    PersonalClass personal() const { return {builder.catalog(), kRules}; }
    void declare(LabelId label, TypeId type, KeyId key) {
        builder.addIndex({.name = "declared",
                          .kind = IndexKind::Rule,
                          .rules = kRulePersonal,
                          .label = label,
                          .type = type,
                          .keys = {key}});
    }
};

bool isPersonal(const PersonalClass& personal, std::vector<LabelId> labels, KeyId key) {
    return personal.isPersonal(labels, key);
}

TEST(PersonalClass, AKeyEverywhereAndALabelAsAWhole) {
    const Names names;
    const PersonalClass personal = names.personal();
    EXPECT_FALSE(personal.empty());
    EXPECT_TRUE(isPersonal(personal, {}, names.legal));
    EXPECT_TRUE(isPersonal(personal, {names.firm}, names.legal));
    EXPECT_TRUE(personal.isPersonal(names.owns, names.legal));
    EXPECT_TRUE(isPersonal(personal, {names.person}, names.code));
    EXPECT_TRUE(isPersonal(personal, {names.person, names.firm}, names.code));
    EXPECT_FALSE(isPersonal(personal, {names.firm}, names.code));
    EXPECT_FALSE(personal.isPersonal(names.owns, names.code));
}

TEST(PersonalClass, NothingIsPersonalWithoutTheNames) {
    CatalogBuilder builder(std::make_shared<Catalog>());
    builder.label("Firm");
    EXPECT_TRUE(PersonalClass(builder.catalog(), kRules).empty());
}

TEST(PersonalClass, DeclarationsAreOfALabelOrAType) {
    Names names;
    names.declare(names.firm, {}, names.name);
    names.declare({}, names.knows, names.code);
    const PersonalClass personal = names.personal();
    EXPECT_TRUE(isPersonal(personal, {names.firm, names.other}, names.name));
    EXPECT_FALSE(isPersonal(personal, {names.other}, names.name));
    EXPECT_FALSE(isPersonal(personal, {names.firm}, names.code));
    EXPECT_TRUE(personal.isPersonal(names.knows, names.code));
    EXPECT_FALSE(personal.isPersonal(names.owns, names.code));
    EXPECT_TRUE(personal.mayHold(names.name));
    EXPECT_TRUE(personal.mayHold(names.code));
}

TEST(PersonalClass, ALabelMayHoldWhatOccursBesideAPerson) {
    Names names;
    names.builder.shape({{names.firm}, {}, {names.name, names.code}});
    EXPECT_FALSE(names.personal().mayHold(names.firm, names.code));
    EXPECT_FALSE(names.personal().mayHold(names.code));
    names.builder.shape({{names.person, names.firm}, {}, {names.code}});
    EXPECT_TRUE(names.personal().mayHold(names.firm, names.code));
    EXPECT_TRUE(names.personal().mayHold(names.code));
    EXPECT_FALSE(names.personal().mayHold(names.firm, names.name));
}

TEST(PersonalClass, OnceRecordsDescribeThemselvesEverythingIsPossible) {
    Names names;
    for (std::uint32_t i = 0; i < kShapesMax; ++i) {
        names.builder.shape({{names.other}, {}, {names.builder.key("k" + std::to_string(i))}});
    }
    EXPECT_TRUE(names.personal().mayHold(names.firm, names.code));
    EXPECT_TRUE(names.personal().mayHold(names.code));
    EXPECT_FALSE(isPersonal(names.personal(), {names.firm}, names.code));
}

TEST(PersonalClass, AnIndexTellsIfOneOfItsKeysMay) {
    Names names;
    names.declare({}, names.knows, names.code);
    const PersonalClass personal = names.personal();
    const auto index = [](IndexKind kind, LabelId label, TypeId type, std::vector<KeyId> keys, bool of_neighbour) {
        return IndexDefinition{
            .kind = kind, .label = label, .type = type, .keys = std::move(keys), .of_neighbour = of_neighbour};
    };
    EXPECT_TRUE(personal.mayTell(index(IndexKind::Unique, names.person, {}, {names.code}, false)));
    EXPECT_FALSE(personal.mayTell(index(IndexKind::Unique, names.firm, {}, {names.code}, false)));
    EXPECT_TRUE(personal.mayTell(index(IndexKind::Range, names.firm, {}, {names.code, names.legal}, false)));
    EXPECT_TRUE(personal.mayTell(index(IndexKind::Adjacency, {}, names.knows, {names.code}, false)));
    EXPECT_FALSE(personal.mayTell(index(IndexKind::Adjacency, {}, names.owns, {names.code}, false)));
    EXPECT_TRUE(personal.mayTell(index(IndexKind::Adjacency, names.person, names.owns, {names.name}, true)));
}

}  // namespace
}  // namespace xinpu::engine

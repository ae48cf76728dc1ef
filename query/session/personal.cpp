// query/session/personal.cpp
// Collects names of properties from the tree; compares what a kept class was made of.

#include "query/session/personal.h"

#include <algorithm>

#include "query/plan/expr_walk.h"

namespace xinpu::query {

namespace {

class PropertyNames {
public:
    void read(Query& query) {
        ExprVisitor visitor;
        visitor.expr = [this](Expr& expr) { readExpr(expr); };
        visitor.pattern = [this](PathPattern& pattern) { readPattern(pattern); };
        walk(query, visitor);
        for (SingleQuery& part : query.parts) {
            readClauses(part.clauses);
        }
    }

    std::vector<std::string> take() {
        std::sort(names_.begin(), names_.end());
        names_.erase(std::unique(names_.begin(), names_.end()), names_.end());
        return std::move(names_);
    }

private:
    void readExpr(const Expr& expr) {
        if (expr.kind == ExprKind::Property) {
            names_.push_back(expr.name);
        } else if (expr.kind == ExprKind::ValidOn) {
            readValidity();
        }
        // Maps are patterns' properties or what a SET replaces by; a few names too many do no harm.
        names_.insert(names_.end(), expr.keys.begin(), expr.keys.end());
        for (const MapProjectionItem& item : expr.projection) {
            if (item.kind == MapProjectionItem::Kind::Property) {
                names_.push_back(item.name);
            }
        }
        if (expr.query) {
            for (SingleQuery& part : expr.query->parts) {
                readClauses(part.clauses);
            }
        }
    }

    void readPattern(const PathPattern& pattern) {
        for (const PathStepPattern& step : pattern.steps) {
            if (step.relationship && step.relationship->valid_on) {
                readValidity();
            }
        }
    }

    /// Names that are no expressions.
    void readClauses(const std::vector<Clause>& clauses) {
        for (const Clause& clause : clauses) {
            for (const auto* items : {&clause.items, &clause.on_create, &clause.on_match}) {
                for (const SetItem& item : *items) {
                    if (item.kind == SetKind::Property) {
                        names_.push_back(item.name);
                    }
                }
            }
            readClauses(clause.body);
            if (clause.query) {
                for (const SingleQuery& part : clause.query->parts) {
                    readClauses(part.clauses);
                }
            }
        }
    }

    void readValidity() {
        names_.emplace_back("validFrom");
        names_.emplace_back("validTo");
    }

    std::vector<std::string> names_;
};

}  // namespace

std::vector<std::string> propertiesNamed(Statement& statement) {
    PropertyNames names;
    if (statement.query) {
        names.read(*statement.query);
    }
    return names.take();
}

bool namesPersonal(const Prepared& prepared, const engine::PersonalClass& personal,
                   const engine::Catalog& catalog) {
    return std::any_of(prepared.properties.begin(), prepared.properties.end(), [&](const std::string& name) {
        const auto key = catalog.key(name);
        return key && personal.mayHold(*key);
    });
}

std::shared_ptr<const engine::PersonalClass> PersonalClassCache::of(const engine::Catalog& catalog,
                                                                    const engine::PersonalRules& rules) {
    const Basis basis{catalog.labels().size(),
                      catalog.types().size(),
                      catalog.keys().size(),
                      catalog.shapeCount(),
                      catalog.indexes().size(),
                      catalog.indexes().empty() ? 0 : catalog.indexes().back().id.value};
    const std::lock_guard lock(mutex_);
    if (kept_ == nullptr || basis_ != basis) {
        kept_ = std::make_shared<const engine::PersonalClass>(catalog, rules);
        basis_ = basis;
    }
    return kept_;
}

}  // namespace xinpu::query

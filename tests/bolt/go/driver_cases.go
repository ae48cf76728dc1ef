// Run by test_drivers.py: the Go driver against a server; prints a JSON object of case to outcome.
//
//	driver_cases URI,URI [KEY]
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"
	"github.com/neo4j/neo4j-go-driver/v5/neo4j/config"
)

type driver = neo4j.DriverWithContext
type session = neo4j.SessionWithContext

var (
	ctx = context.Background()
	uri string
	key string
)

// failure is what a case ends with; must and equal throw it.
type failure struct{ text string }

func must[T any](value T, err error) T {
	done(err)
	return value
}

func done(err error) {
	if err != nil {
		panic(failure{err.Error()})
	}
}

func equal(expected, got any) {
	if !reflect.DeepEqual(expected, got) {
		panic(failure{fmt.Sprintf("expected %#v, got %#v", expected, got)})
	}
}

func hasCode(code string, err error) {
	var server *neo4j.Neo4jError
	if !errors.As(err, &server) {
		panic(failure{fmt.Sprintf("expected %s, got %v", code, err)})
	}
	equal(code, server.Code)
}

func open(auth neo4j.AuthToken) driver {
	return must(neo4j.NewDriverWithContext(uri, auth, func(c *config.Config) { c.MaxTransactionRetryTime = 10 * time.Second }))
}

func usual() neo4j.AuthToken {
	return neo4j.BasicAuth("anyone", key, "")
}

func within(d driver, config neo4j.SessionConfig, work func(session)) {
	s := d.NewSession(ctx, config)
	defer s.Close(ctx)
	work(s)
}

type runner interface {
	Run(context.Context, string, map[string]any, ...func(*neo4j.TransactionConfig)) (neo4j.ResultWithContext, error)
}

func column(result neo4j.ResultWithContext, err error) []any {
	values := []any{}
	for _, record := range must(must(result, err).Collect(ctx)) {
		values = append(values, record.Values[0])
	}
	return values
}

func one(s runner, statement string, parameters map[string]any) any {
	return must(must(s.Run(ctx, statement, parameters)).Single(ctx)).Values[0]
}

func failed(s runner, statement string, parameters map[string]any) error {
	result, err := s.Run(ctx, statement, parameters)
	if err == nil {
		_, err = result.Consume(ctx)
	}
	return err
}

func count(s runner, label string) any {
	return one(s, "MATCH (x:"+label+") RETURN count(x)", nil)
}

func sessions(d driver) {
	within(d, neo4j.SessionConfig{FetchSize: 3}, func(s session) {
		result := must(s.Run(ctx, "UNWIND range(1, $n) AS x RETURN x, toString(x) AS y", map[string]any{"n": 10}))
		equal([]string{"x", "y"}, must(result.Keys()))
		equal(10, len(must(result.Collect(ctx))))
		summary := must(result.Consume(ctx))
		equal(neo4j.StatementTypeReadOnly, summary.StatementType())
		equal("credit", summary.Database().Name())
	})
	got := must(neo4j.ExecuteQuery(ctx, d, "RETURN $x AS x", map[string]any{"x": "a"}, neo4j.EagerResultTransformer,
		neo4j.ExecuteQueryWithDatabase("neo4j")))
	equal("a", got.Records[0].Values[0])
}

func managedTransactions(d driver) {
	within(d, neo4j.SessionConfig{}, func(s session) {
		must(s.ExecuteWrite(ctx, func(tx neo4j.ManagedTransaction) (any, error) {
			return tx.Run(ctx, "CREATE (:Managed {k: 1})", nil)
		}))
		equal(1, len(s.LastBookmarks()))
		_, err := s.ExecuteWrite(ctx, func(tx neo4j.ManagedTransaction) (any, error) {
			must(tx.Run(ctx, "CREATE (:Managed)", nil))
			return nil, errors.New("mine")
		})
		equal("mine", err.Error())
		equal(int64(1), must(s.ExecuteRead(ctx, func(tx neo4j.ManagedTransaction) (any, error) {
			result, err := tx.Run(ctx, "MATCH (x:Managed) RETURN count(x)", nil)
			if err != nil {
				return nil, err
			}
			record, err := result.Single(ctx)
			if err != nil {
				return nil, err
			}
			return record.Values[0], nil
		})))
	})
}

// nextBookmark is one that the next commit reaches.
func nextBookmark(d driver) neo4j.Bookmarks {
	var mark string
	within(d, neo4j.SessionConfig{}, func(s session) {
		column(s.Run(ctx, "CREATE (:Before)", nil))
		mark = s.LastBookmarks()[0]
	})
	return neo4j.Bookmarks{regexp.MustCompile(`\d+$`).ReplaceAllStringFunc(mark, func(number string) string {
		return strconv.Itoa(must(strconv.Atoi(number)) + 1)
	})}
}

func transientErrorsAreTriedAgain(d driver) {
	marks := nextBookmark(d)
	later := make(chan struct{})
	time.AfterFunc(600*time.Millisecond, func() {
		defer close(later)
		within(d, neo4j.SessionConfig{}, func(s session) { column(s.Run(ctx, "CREATE (:Awaited)", nil)) })
	})
	within(d, neo4j.SessionConfig{Bookmarks: marks}, func(s session) {
		equal(int64(1), must(s.ExecuteRead(ctx, func(tx neo4j.ManagedTransaction) (any, error) {
			result, err := tx.Run(ctx, "MATCH (x:Awaited) RETURN count(x)", nil)
			if err != nil {
				return nil, err
			}
			record, err := result.Single(ctx)
			if err != nil {
				return nil, err
			}
			return record.Values[0], nil
		}, neo4j.WithTxTimeout(200*time.Millisecond))))
	})
	<-later
	within(d, neo4j.SessionConfig{Bookmarks: nextBookmark(d)}, func(s session) {
		result, err := s.Run(ctx, "RETURN 1", nil, neo4j.WithTxTimeout(100*time.Millisecond))
		if err == nil {
			_, err = result.Consume(ctx)
		}
		hasCode("Neo.TransientError.Transaction.BookmarkTimeout", err)
		equal(true, neo4j.IsRetryable(err))
	})
}

type transactionRunner struct{ tx neo4j.ExplicitTransaction }

func (t transactionRunner) Run(c context.Context, statement string, parameters map[string]any,
	_ ...func(*neo4j.TransactionConfig)) (neo4j.ResultWithContext, error) {
	return t.tx.Run(c, statement, parameters)
}

func explicitTransactions(d driver) {
	within(d, neo4j.SessionConfig{FetchSize: 2}, func(s session) {
		tx := must(s.BeginTransaction(ctx))
		must(tx.Run(ctx, "CREATE (:Explicit)", nil))
		done(tx.Rollback(ctx))
		tx = must(s.BeginTransaction(ctx))
		first := must(tx.Run(ctx, "UNWIND range(1, 10) AS x RETURN x", nil))
		equal([]any{int64(1)}, column(tx.Run(ctx, "CREATE (x:Explicit) RETURN 1 AS y", nil)))
		equal(10, len(column(first, nil)))
		done(tx.Commit(ctx))
		equal(int64(1), count(s, "Explicit"))
		tx = must(s.BeginTransaction(ctx))
		must(tx.Run(ctx, "CREATE (:Explicit)", nil))
		hasCode("Neo.ClientError.Statement.ArithmeticError", failed(transactionRunner{tx}, "RETURN 1 / 0", nil))
		_ = tx.Close(ctx)
		equal(int64(1), count(s, "Explicit"))
	})
}

func bookmarks(d driver) {
	var marks neo4j.Bookmarks
	for step := 0; step < 5; step++ { // each session sees what the one before wrote
		within(d, neo4j.SessionConfig{Bookmarks: marks}, func(s session) {
			equal(int64(step), count(s, "Marked"))
			column(s.Run(ctx, "CREATE (:Marked)", nil))
			marks = s.LastBookmarks()
		})
	}
	// The driver keeps those of all databases together and sends all of them.
	for _, database := range []string{"credit", "other", "credit"} {
		must(neo4j.ExecuteQuery(ctx, d, "CREATE (:Somewhere)", nil, neo4j.EagerResultTransformer,
			neo4j.ExecuteQueryWithDatabase(database)))
	}
}

func streaming(d driver) {
	for _, size := range []int{1, 10, 1000, neo4j.FetchAll} {
		within(d, neo4j.SessionConfig{FetchSize: size}, func(s session) {
			got := column(s.Run(ctx, "UNWIND range(1, 2500) AS x RETURN x", nil))
			equal([]any{2500, int64(1), int64(2500)}, []any{len(got), got[0], got[2499]})
		})
	}
	for _, size := range []int{1, 10, 1000} { // taken in part, then the next statement
		within(d, neo4j.SessionConfig{FetchSize: size}, func(s session) {
			result := must(s.Run(ctx, "UNWIND range(1, 200000) AS x RETURN x", nil))
			for i := int64(1); i <= 3; i++ {
				equal(true, result.Next(ctx))
				equal(i, result.Record().Values[0])
			}
			must(result.Consume(ctx))
			equal(int64(1), one(s, "RETURN 1", nil))
		})
	}
}

func aConnectionClosedWithinAStream(d driver) {
	for i := 0; i < 5; i++ {
		second := open(usual())
		s := second.NewSession(ctx, neo4j.SessionConfig{FetchSize: 10})
		result := must(s.Run(ctx, "UNWIND range(1, 10000000) AS x RETURN x", nil))
		equal(true, result.Next(ctx))
		done(second.Close(ctx))
	}
	within(d, neo4j.SessionConfig{}, func(s session) { equal(int64(1), one(s, "RETURN 1", nil)) })
}

func concurrentSessions(d driver) {
	troubles := make(chan string, 64)
	var all sync.WaitGroup
	for i := 0; i < 64; i++ {
		all.Add(1)
		go func(k int64) {
			defer all.Done()
			defer func() {
				if trouble := recover(); trouble != nil {
					troubles <- fmt.Sprint(trouble)
				}
			}()
			within(d, neo4j.SessionConfig{}, func(s session) {
				must(s.ExecuteWrite(ctx, func(tx neo4j.ManagedTransaction) (any, error) {
					return tx.Run(ctx, "CREATE (:Busy {k: $k})", map[string]any{"k": k})
				}))
				equal(k, one(s, "MATCH (x:Busy {k: $k}) RETURN x.k", map[string]any{"k": k}))
			})
		}(int64(i))
	}
	all.Wait()
	close(troubles)
	for trouble := range troubles {
		panic(failure{trouble})
	}
	within(d, neo4j.SessionConfig{}, func(s session) { equal(int64(64), count(s, "Busy")) })
}

func errorCodes(d driver) {
	within(d, neo4j.SessionConfig{}, func(s session) {
		for _, each := range [][3]string{
			{"RETRUN 1", "Neo.ClientError.Statement.SyntaxError", "42001"},
			{"RETURN 1 / 0", "Neo.ClientError.Statement.ArithmeticError", "22000"},
			{"RETURN $absent", "Neo.ClientError.Statement.ParameterMissing", "42N51"},
		} {
			err := failed(s, each[0], nil)
			hasCode(each[1], err)
			var server *neo4j.Neo4jError
			errors.As(err, &server)
			equal(each[2], server.GqlStatus)
		}
		must(s.Run(ctx, "CREATE CONSTRAINT one_k FOR (x:OneK) REQUIRE x.k IS UNIQUE", nil))
		must(s.Run(ctx, "CREATE (:OneK {k: 1})", nil))
		hasCode("Neo.ClientError.Schema.ConstraintValidationFailed", failed(s, "CREATE (:OneK {k: 1})", nil))
		column(s.Run(ctx, "MATCH (x:OneK) DELETE x", nil))
		column(s.Run(ctx, "DROP CONSTRAINT one_k", nil))
		equal(int64(1), one(s, "RETURN 1", nil))
		result, err := s.Run(ctx, "UNWIND range(1, 100000) AS x UNWIND range(1, 100000) AS y UNWIND range(1, 100000) AS z "+
			"WITH x WHERE x < 0 RETURN count(x)", nil, neo4j.WithTxTimeout(50*time.Millisecond))
		if err == nil {
			_, err = result.Consume(ctx)
		}
		hasCode("Neo.ClientError.Transaction.TransactionTimedOut", err)
	})
	within(d, neo4j.SessionConfig{DatabaseName: "absent"}, func(s session) {
		hasCode("Neo.ClientError.Database.DatabaseNotFound", failed(s, "RETURN 1", nil))
	})
	within(d, neo4j.SessionConfig{AccessMode: neo4j.AccessModeRead}, func(s session) {
		hasCode("Neo.ClientError.Statement.AccessMode", failed(s, "CREATE ()", nil))
	})
}

// shown tells instants by what they say: the driver gives locations of its own back.
func shown(value any) any {
	switch v := value.(type) {
	case []any:
		all := []any{}
		for _, each := range v {
			all = append(all, shown(each))
		}
		return all
	case map[string]any:
		all := map[string]any{}
		for name, each := range v {
			all[name] = shown(each)
		}
		return all
	case time.Time:
		return "DateTime " + v.Format("2006-01-02T15:04:05.999999999-07:00")
	case neo4j.Time:
		return "Time " + time.Time(v).Format("15:04:05.999999999-07:00")
	case neo4j.Date, neo4j.LocalTime, neo4j.LocalDateTime, neo4j.Duration:
		return fmt.Sprintf("%T %v", v, v)
	}
	return value
}

func values(d driver) {
	east := time.FixedZone("Offset", 28800) // the name by which the driver tells an offset from a zone
	shanghai := must(time.LoadLocation("Asia/Shanghai"))
	all := []any{nil, true, false, int64(0), int64(-1), int64(127), int64(128), int64(-16), int64(-17), int64(-129), int64(32768),
		int64(-2147483649), int64(math.MaxInt64), int64(math.MinInt64), 1.5, math.Inf(1), math.Inf(-1), "", "企业 €",
		strings.Repeat("x", 70000), []byte{0, 255}, []any{}, []any{int64(1), "a", nil}, map[string]any{},
		map[string]any{"a": map[string]any{"b": []any{int64(1)}}}, []any{[]any{[]any{[]any{int64(1)}}}},
		neo4j.DateOf(time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)), neo4j.DateOf(time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)),
		neo4j.LocalTimeOf(time.Date(0, 1, 1, 1, 2, 3, 4, time.Local)), neo4j.OffsetTimeOf(time.Date(0, 1, 1, 1, 2, 3, 4, east)),
		neo4j.LocalDateTimeOf(time.Date(2026, 11, 24, 1, 2, 3, 4, time.Local)), time.Date(2026, 11, 24, 1, 2, 3, 4, east),
		time.Date(2026, 11, 24, 1, 2, 3, 4, shanghai), neo4j.DurationOf(14, -3, 5, 7), neo4j.DurationOf(0, 0, 0, 0)}
	within(d, neo4j.SessionConfig{}, func(s session) {
		for _, value := range append(all, all) {
			equal(shown(value), shown(one(s, "RETURN $x AS x", map[string]any{"x": value})))
		}
		equal("12.50", one(s, "RETURN decimal('12.50')", nil))
		zoned := one(s, "RETURN datetime('2026-11-24T12:31:14[Asia/Shanghai]')", nil)
		equal("2026-11-24T12:31:14+08:00[Asia/Shanghai]", one(s, "RETURN toString($x)", map[string]any{"x": zoned}))
		err := failed(s, "RETURN $x", map[string]any{"x": neo4j.Point2D{X: 1, Y: 2, SpatialRefId: 7203}})
		equal(true, err != nil && strings.Contains(err.Error(), "Points are no values"))
	})
}

func graph(d driver) {
	within(d, neo4j.SessionConfig{}, func(s session) {
		record := must(must(s.Run(ctx, "CREATE p = (a:A {k: 1})-[r:R {w: 2}]->(b:B)<-[t:T]-(a) RETURN a, r, p, [a, {b: b}] AS l",
			nil)).Single(ctx))
		a, r, p := record.Values[0].(neo4j.Node), record.Values[1].(neo4j.Relationship), record.Values[2].(neo4j.Path)
		equal([]string{"A"}, a.Labels)
		equal(map[string]any{"k": int64(1)}, a.Props)
		equal([]any{"R", map[string]any{"w": int64(2)}, a.ElementId}, []any{r.Type, r.Props, r.StartElementId})
		equal([]int{2, 2}, []int{len(p.Relationships), len(p.Nodes)})
		equal("T", p.Relationships[1].Type)
		equal([]string{p.Nodes[0].ElementId, p.Nodes[1].ElementId},
			[]string{p.Relationships[1].StartElementId, p.Relationships[1].EndElementId})
		equal(a.ElementId, record.Values[3].([]any)[0].(neo4j.Node).ElementId)
		equal(true, strings.HasPrefix(a.ElementId, "n:") && strings.HasPrefix(r.ElementId, "r:"))
	})
}

func summaryOf(s runner, statement string) neo4j.ResultSummary {
	return must(must(s.Run(ctx, statement, nil)).Consume(ctx))
}

func countersPlansAndNotifications(d driver) {
	within(d, neo4j.SessionConfig{}, func(s session) {
		counters := summaryOf(s, "CREATE (:Counted {k: 1})-[:X]->(:Counted)").Counters()
		equal([]int{2, 1, 1, 2}, []int{counters.NodesCreated(), counters.RelationshipsCreated(), counters.PropertiesSet(),
			counters.LabelsAdded()})
		equal([]bool{true, false}, []bool{counters.ContainsUpdates(), counters.ContainsSystemUpdates()})
		equal(true, strings.HasSuffix(summaryOf(s, "EXPLAIN MATCH (x) RETURN x").Plan().Operator(), "@xinpu"))
		equal(int64(2), summaryOf(s, "PROFILE UNWIND [1, 2] AS x RETURN x").Profile().Records())
		summary := summaryOf(s, "MATCH (x:NeverSeenLabel) RETURN x")
		equal("Neo.ClientNotification.Statement.UnknownLabelWarning", summary.Notifications()[0].Code())
		statuses := map[string]bool{}
		for _, status := range summary.GqlStatusObjects() {
			statuses[status.GqlStatus()] = true
		}
		equal(map[string]bool{"02000": true, "01N50": true}, statuses)
	})
}

func connectivity(d driver) {
	done(d.VerifyConnectivity(ctx))
	info := must(d.GetServerInfo(ctx))
	equal(true, strings.HasPrefix(info.Agent(), "Neo4j/"))
	equal(true, info.ProtocolVersion().Major >= 5)
	done(d.VerifyAuthentication(ctx, nil))
	for name, expected := range map[string]string{"": "credit", "neo4j": "credit", "credit": "credit", "other": "other"} {
		within(d, neo4j.SessionConfig{DatabaseName: name}, func(s session) {
			equal(expected, summaryOf(s, "RETURN 1").Database().Name())
		})
	}
}

func aWrongKey(driver) {
	if key == "" {
		return
	}
	for _, auth := range []neo4j.AuthToken{neo4j.BasicAuth("a", "xk_wrong_wrong", ""), neo4j.NoAuth()} {
		second := open(auth)
		hasCode("Neo.ClientError.Security.Unauthorized", second.VerifyConnectivity(ctx))
		done(second.Close(ctx))
	}
	second := open(neo4j.BearerAuth(key))
	within(second, neo4j.SessionConfig{}, func(s session) { equal(int64(1), one(s, "RETURN 1", nil)) })
	done(second.Close(ctx))
}

func outcome(work func(driver), d driver) (text string) {
	defer func() {
		switch trouble := recover().(type) {
		case nil:
		case failure:
			text = trouble.text
		default:
			panic(trouble)
		}
	}()
	work(d)
	return ""
}

func main() {
	if len(os.Args) > 2 {
		key = os.Args[2]
	}
	outcomes := map[string]string{}
	for _, uri = range strings.Split(os.Args[1], ",") {
		d := open(usual())
		within(d, neo4j.SessionConfig{}, func(s session) { column(s.Run(ctx, "MATCH (x) DETACH DELETE x", nil)) })
		for name, work := range map[string]func(driver){
			"sessions": sessions, "managedTransactions": managedTransactions, "explicitTransactions": explicitTransactions,
			"transientErrorsAreTriedAgain": transientErrorsAreTriedAgain, "bookmarks": bookmarks, "streaming": streaming,
			"aConnectionClosedWithinAStream": aConnectionClosedWithinAStream, "concurrentSessions": concurrentSessions,
			"errorCodes": errorCodes, "values": values, "graph": graph,
			"countersPlansAndNotifications": countersPlansAndNotifications, "connectivity": connectivity, "aWrongKey": aWrongKey,
		} {
			outcomes[strings.Split(uri, ":")[0]+" "+name] = outcome(work, d)
		}
		done(d.Close(ctx))
	}
	text := must(json.Marshal(outcomes))
	fmt.Println(string(text))
}

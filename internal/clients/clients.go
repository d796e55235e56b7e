// Package clients has the tests of what the generator decides about the clients that people
// have: a database, a gRPC stub, Redis, S3, a Kubernetes watch. It is a module of its own,
// since what they are made of is no business of breakergen's.
package clients

import (
	_ "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	_ "github.com/aws/aws-sdk-go-v2/service/s3"
	_ "github.com/breakergen/breakergen/runtime"
	_ "github.com/jackc/pgx/v5"
	_ "github.com/jackc/pgx/v5/pgxpool"
	_ "github.com/redis/go-redis/v9"
	_ "go.mongodb.org/mongo-driver/v2/mongo"
	_ "google.golang.org/grpc/health/grpc_health_v1"
	_ "k8s.io/client-go/kubernetes/typed/core/v1"
)

<?php

declare(strict_types=1);

use DI\ContainerBuilder;
use Psr\Http\Message\ResponseInterface as Response;
use Psr\Http\Message\ServerRequestInterface as Request;
use Slim\Factory\AppFactory;

$container = (new ContainerBuilder())->build();
AppFactory::setContainer($container);
$app = AppFactory::create();
$app->addRoutingMiddleware();
$logger = $container->get('logger');

$app->get('/hello/{name}', function (Request $request, Response $response, array $args) {
    return $response;
})->setName('hello');

$routes = require __DIR__ . '/../app/routes.php';
$routes($app);

$app->run();

<?php

/** @var \Laravel\Lumen\Routing\Router $router */

$router->get('/', function () use ($router) {
    return $router->app->version();
});

$router->group(['prefix' => 'users', 'middleware' => 'auth'], function () use ($router) {
    $router->get('/', 'UserController@index');
    $router->get('{id:[0-9]+}', ['as' => 'user', 'uses' => 'UserController@show']);
    $router->post('/', 'UserController@store');
    $router->get('by-name[/{name}]', 'UserController@byName');
    $router->addRoute(['PUT', 'PATCH'], '{id}', 'UserController@update');
});

$router->delete('sessions', 'SessionController@destroy');

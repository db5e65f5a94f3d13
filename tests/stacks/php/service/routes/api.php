<?php

use App\Http\Controllers\AuthController;
use App\Http\Controllers\MemberController;
use App\Http\Controllers\ReservationController;
use App\Http\Controllers\ToolController;
use Illuminate\Support\Facades\Route;

Route::post('/register', [AuthController::class, 'register']);
Route::post('/login', [AuthController::class, 'login'])->middleware('throttle:5,1');

Route::get('/tools', [ToolController::class, 'index']);
Route::get('/tools/{tool}', [ToolController::class, 'show']);
Route::get('/members/{member}', [MemberController::class, 'show']);

Route::middleware('auth:sanctum')->group(function () {
    Route::post('/tools', [ToolController::class, 'store']);
    Route::put('/tools/{tool}', [ToolController::class, 'update']);
    Route::delete('/tools/{tool}', [ToolController::class, 'destroy']);

    Route::apiResource('reservations', ReservationController::class)->only(['index', 'store', 'destroy']);
    Route::post('/reservations/{reservation}/return', [ReservationController::class, 'giveBack']);

    Route::prefix('admin')->middleware('admin')->group(function () {
        Route::get('/members', [MemberController::class, 'index']);
    });
});
